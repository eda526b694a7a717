"""The Lua scripts of presence: each runs alone in Redis, so that first in and last out are decided once.

Keys, all below `presence:`, all times ms; Redis must not evict them:
`leases` ZSET user|lease → expiry · `of:<user>` SET of leases · `here` SET of users not offline ·
`people` HASH user → status|last_seen|version · `outbox` ZSET user|status|last_seen|version → time of the change ·
`closed` ZSET user|lease → until when a late renewal is ignored · `born` · `warm_until` · `ending:<session>`.
"""

PRELUDE = """
local now, lease_ms, known = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local changes = {}

-- a number as Lua writes it by itself would lose digits
local function whole(number) return string.format('%.0f', number) end

local born = redis.call('GET', 'presence:born')
if not born then
  born = whole(now)
  redis.call('SET', 'presence:born', born)
end
if known ~= '' and known ~= born then
  redis.call('SET', 'presence:warm_until', whole(tonumber(born) + lease_ms))
end
local warm_until = tonumber(redis.call('GET', 'presence:warm_until') or '0')
if warm_until <= now then warm_until = 0 end

local function change(user, status, seen)
  local last = redis.call('HGET', 'presence:people', user)
  local version = now
  if last then version = math.max(now, tonumber(string.match(last, '(%d+)$')) + 1) end
  local person = status .. '|' .. seen .. '|' .. whole(version)
  redis.call('HSET', 'presence:people', user, person)
  if status == 'offline' then
    redis.call('SREM', 'presence:here', user)
  else
    redis.call('SADD', 'presence:here', user)
  end
  local entry = user .. '|' .. person
  redis.call('ZADD', 'presence:outbox', whole(now), entry)
  changes[#changes + 1] = entry
end

local function add(user, lease, expiry)
  redis.call('ZADD', 'presence:leases', whole(expiry), user .. '|' .. lease)
  local is_new = redis.call('SADD', 'presence:of:' .. user, lease) == 1
  if is_new and redis.call('SCARD', 'presence:of:' .. user) == 1 then change(user, 'online', '') end
end

local function remove(user, lease, seen)
  redis.call('ZREM', 'presence:leases', user .. '|' .. lease)
  local was_there = redis.call('SREM', 'presence:of:' .. user, lease) == 1
  if was_there and redis.call('EXISTS', 'presence:of:' .. user) == 0 then change(user, 'offline', whole(seen)) end
end
"""

OPEN = (
    PRELUDE
    + """
local endings = {}
for i = 4, #ARGV, 3 do
  local user, lease, session = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  redis.call('ZREM', 'presence:closed', user .. '|' .. lease)
  add(user, lease, now + lease_ms)
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
for i = 4, #ARGV, 2 do
  local user, lease = ARGV[i], ARGV[i + 1]
  -- a renewal that was overtaken by the close must not bring the lease back
  if not redis.call('ZSCORE', 'presence:closed', user .. '|' .. lease) then add(user, lease, now + lease_ms) end
end
return {born, changes}
"""
)

CLOSE = (
    PRELUDE
    + """
local grace_ms, ending_s = tonumber(ARGV[4]), ARGV[5]
for i = 6, #ARGV, 5 do
  local user, lease, session, clean, ending = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] == '1', ARGV[i + 4]
  local member = user .. '|' .. lease
  local expiry = tonumber(redis.call('ZSCORE', 'presence:leases', member) or nil)
  redis.call('ZADD', 'presence:closed', whole(now + lease_ms), member)
  if warm_until > 0 and (clean or not expiry) then
    -- other sessions of this person may not have renewed yet: it is decided when all have had the time
    add(user, lease, warm_until)
  elseif clean then
    remove(user, lease, now)
  elseif expiry then
    redis.call('ZADD', 'presence:leases', whole(math.min(expiry, now + grace_ms)), member)
  end
  if ending ~= '' then redis.call('SET', 'presence:ending:' .. session, ending, 'EX', ending_s) end
end
return {born, changes}
"""
)

SWEEP = (
    PRELUDE
    + """
local expired = {}
if warm_until == 0 then
  expired = redis.call('ZRANGEBYSCORE', 'presence:leases', '-inf', whole(now), 'WITHSCORES', 'LIMIT', 0, ARGV[4])
end
for i = 1, #expired, 2 do
  local user, lease = string.match(expired[i], '^(.-)|(.*)$')
  remove(user, lease, tonumber(expired[i + 1]))
end
redis.call('ZREMRANGEBYSCORE', 'presence:closed', '-inf', whole(now))
return {born, changes, warm_until, #expired / 2}
"""
)

SETTLE = (
    PRELUDE
    + """
for i = 4, #ARGV do
  if redis.call('HEXISTS', 'presence:people', ARGV[i]) == 0 then change(ARGV[i], 'offline', whole(tonumber(born))) end
end
return {born, changes}
"""
)

LIST = (
    PRELUDE
    + """
local people = {}
local users = ARGV
local first = 5
if ARGV[4] == 'here' then
  users = redis.call('SMEMBERS', 'presence:here')
  first = 1
end
for i = first, #users do
  local person = redis.call('HGET', 'presence:people', users[i]) or 'offline||0'
  people[#people + 1] = users[i] .. '|' .. person
end
return {born, people, math.max(0, warm_until - now)}
"""
)
