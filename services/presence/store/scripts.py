"""The Lua scripts of presence: each runs alone in Redis, so that first in and last out are decided once.

Keys, all below `presence:`, all times ms of Redis's own clock; Redis must not evict them:
`leases` ZSET user|lease → expiry · `of:<user>` SET of leases · `online` ZSET of users not offline, all of score 0 ·
`people` HASH user → status|last_seen|version · `outbox` ZSET user|status|last_seen|version → time of the change ·
`closed` ZSET user|lease → until when a late renewal is ignored · `ending:<session>` ·
`born` · `known` once it has been filled in who was told to be here before that ·
`attended` while presence sweeps · `warm` for one lease time after it did not, or was lost ·
`before` ZSET user → last seen: who may have leases that are not renewed yet, decided when it is no longer warm.
"""

PRELUDE = """
local time = redis.call('TIME')
local now, lease_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), tonumber(ARGV[1])
local changes = {}

-- a number as Lua writes it by itself would lose digits
local function whole(number) return string.format('%.0f', number) end

local born = redis.call('GET', 'presence:born')
if not born then
  born = whole(now)
  redis.call('SET', 'presence:born', born)
end

local function attend() redis.call('SET', 'presence:attended', '1', 'PX', whole(lease_ms / 3)) end

if redis.call('EXISTS', 'presence:attended') == 0 then
  -- for a while nobody could renew, or the leases are lost: everybody gets one lease time
  attend()
  redis.call('SET', 'presence:warm', '1', 'PX', whole(lease_ms))
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'presence:leases', '-inf', whole(now + lease_ms))) do
    redis.call('ZADD', 'presence:leases', whole(now + lease_ms), member)
  end
end
local is_warm = redis.call('EXISTS', 'presence:warm') == 1
local is_known = redis.call('EXISTS', 'presence:known') == 1

local function change(user, status, seen)
  local last = redis.call('HGET', 'presence:people', user)
  local version = now
  if last then version = math.max(now, tonumber(string.match(last, '(%d+)$')) + 1) end
  local person = status .. '|' .. seen .. '|' .. whole(version)
  redis.call('HSET', 'presence:people', user, person)
  if status == 'offline' then
    redis.call('ZREM', 'presence:online', user)
  else
    redis.call('ZADD', 'presence:online', 0, user)
  end
  local entry = user .. '|' .. person
  redis.call('ZADD', 'presence:outbox', whole(now), entry)
  changes[#changes + 1] = entry
end

local function add(user, lease)
  redis.call('ZADD', 'presence:leases', whole(now + lease_ms), user .. '|' .. lease)
  local is_new = redis.call('SADD', 'presence:of:' .. user, lease) == 1
  if is_new and redis.call('SCARD', 'presence:of:' .. user) == 1 then change(user, 'online', '') end
end

local function remove(user, lease, seen)
  redis.call('ZREM', 'presence:leases', user .. '|' .. lease)
  local was_there = redis.call('SREM', 'presence:of:' .. user, lease) == 1
  if redis.call('EXISTS', 'presence:of:' .. user) == 1 then return end
  if not is_known or (is_warm and redis.call('ZSCORE', 'presence:before', user)) then
    redis.call('ZADD', 'presence:before', whole(seen), user)
  elseif was_there then
    change(user, 'offline', whole(seen))
  end
end
"""

OPEN = (
    PRELUDE
    + """
local endings = {}
for i = 2, #ARGV, 3 do
  local user, lease, session = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  redis.call('ZREM', 'presence:closed', user .. '|' .. lease)
  add(user, lease)
  local ending = redis.call('GETDEL', 'presence:ending:' .. session)
  if ending then
    endings[#endings + 1] = session
    endings[#endings + 1] = ending
  end
end
return {born, changes, endings}
"""
)

RENEW = (
    PRELUDE
    + """
for i = 2, #ARGV, 2 do
  local user, lease = ARGV[i], ARGV[i + 1]
  -- a renewal that was overtaken by the close must not bring the lease back
  if not redis.call('ZSCORE', 'presence:closed', user .. '|' .. lease) then add(user, lease) end
end
return {born, changes}
"""
)

CLOSE = (
    PRELUDE
    + """
local grace_ms, ending_s = tonumber(ARGV[2]), ARGV[3]
for i = 4, #ARGV, 5 do
  local user, lease, session, how, ending = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local member = user .. '|' .. lease
  redis.call('ZADD', 'presence:closed', whole(now + lease_ms), member)
  if how == 'clean' then
    remove(user, lease, now)
  elseif how == 'lost' then
    local expiry = tonumber(redis.call('ZSCORE', 'presence:leases', member) or nil)
    if expiry then redis.call('ZADD', 'presence:leases', whole(math.min(expiry, now + grace_ms)), member) end
  end
  if ending ~= '' then redis.call('SET', 'presence:ending:' .. session, ending, 'EX', ending_s) end
end
return {born, changes}
"""
)

SWEEP = (
    PRELUDE
    + """
attend()
local most = tonumber(ARGV[2])
local expired = redis.call('ZRANGEBYSCORE', 'presence:leases', '-inf', whole(now), 'WITHSCORES', 'LIMIT', 0, most)
for i = 1, #expired, 2 do
  local user, lease = string.match(expired[i], '^(.-)|(.*)$')
  remove(user, lease, tonumber(expired[i + 1]))
end
local decided = {}
if is_known and not is_warm then decided = redis.call('ZRANGE', 'presence:before', 0, most - 1, 'WITHSCORES') end
for i = 1, #decided, 2 do
  local user = decided[i]
  redis.call('ZREM', 'presence:before', user)
  local is_here = redis.call('EXISTS', 'presence:of:' .. user) == 1
  if not is_here and redis.call('ZSCORE', 'presence:online', user) then
    change(user, 'offline', whole(tonumber(decided[i + 1])))
  end
end
redis.call('ZREMRANGEBYSCORE', 'presence:closed', '-inf', whole(now))
return {born, changes, is_known and 1 or 0, math.max(#expired, #decided) / 2}
"""
)

RECALL = (
    PRELUDE
    + """
if ARGV[2] ~= born or is_known then return {born, changes} end
for i = 4, #ARGV, 2 do
  local user, person = ARGV[i], ARGV[i + 1]
  redis.call('HSETNX', 'presence:people', user, person)
  if string.match(person, '^offline|') == nil then redis.call('ZADD', 'presence:before', 'NX', born, user) end
  if string.match(redis.call('HGET', 'presence:people', user), '^offline|') == nil then
    redis.call('ZADD', 'presence:online', 0, user)
  end
end
if ARGV[3] == 'all' then redis.call('SET', 'presence:known', born) end
return {born, changes}
"""
)

LIST = (
    PRELUDE
    + """
local people = {}
local users = ARGV
local first = 3
if ARGV[2] == 'page' then
  local from = ARGV[3] == '' and '-' or '(' .. ARGV[3]
  users = redis.call('ZRANGEBYLEX', 'presence:online', from, '+', 'LIMIT', 0, ARGV[4])
  first = 1
end
for i = first, #users do
  local person = redis.call('HGET', 'presence:people', users[i]) or 'offline||0'
  people[#people + 1] = users[i] .. '|' .. person
end
return {born, people, is_known and 1 or 0}
"""
)

UNTOLD = (
    PRELUDE
    + """
local age_ms, most = tonumber(ARGV[2]), ARGV[3]
return {born, redis.call('ZRANGEBYSCORE', 'presence:outbox', '-inf', whole(now - age_ms), 'LIMIT', 0, most)}
"""
)
