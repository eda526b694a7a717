"""The Lua scripts of presence: each runs alone in Redis, so that first in and last out are decided once.

Keys, all below `presence:`, all times ms of Redis's own clock; Redis must not evict them:
`leases` ZSET user|lease → expiry · `of:<user>` SET of leases · `sessions` HASH user|lease → session ·
`online` ZSET of users not offline, all of score 0 ·
`people` HASH user → status|last_seen|version|chosen|chosen until|note until|note, as they are ·
`outbox` ZSET of what is to be told → time of the change: user| and what `people` has, or user|lost|lost at|now, so back, left ·
`pace` ZSET user → when all changes told so far are paid for · `held` ZSET user → when the next may be told ·
`active` ZSET user → when they last did something; without one who is away ·
`until` ZSET user → when the first of what they chose ends ·
`gone` ZSET user → when their last connection broke, until that is told · `lost` HASH user → the same, once it is ·
`broken` HASH user → session of that connection, empty where unknown · `ended` ZSET session → until when it is remembered ·
`closed` ZSET user|lease → until when a late renewal is ignored · `ending:<session>` ·
`born` · `known` once it has been filled in who was told to be here before that ·
`unsettled` SET of users of whom nothing could be decided before that ·
`attended` while presence sweeps · `warm` for one lease time after it did not, or was lost ·
`before` ZSET user → last seen: who may have leases that are not renewed yet, decided when it is no longer warm ·
`left` SET of those among them who closed a lease cleanly.
"""

TOLD_EVERY_MS = 500
TOLD_AHEAD_MS = 2_000
"""Of one person five changes are told at once, then two a second."""

PRELUDE = (
    f"""
local told_every, told_ahead = {TOLD_EVERY_MS}, {TOLD_AHEAD_MS}
"""
    + """
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

local function scored(key, member) return tonumber(redis.call('ZSCORE', 'presence:' .. key, member) or nil) end

local function is_here(user) return redis.call('EXISTS', 'presence:of:' .. user) == 1 end

local function is_undecided(user) return is_warm and scored('before', user) ~= nil end

local function person_of(user)
  local text = redis.call('HGET', 'presence:people', user) or 'offline||0'
  local status, seen, version, rest = string.match(text, '^([%l_]+)|(%d*)|(%d+)(.*)$')
  local chosen, chosen_until, note_until, note = string.match(rest, '^|([%l_]*)|(%d*)|(%d*)|(.*)$')
  return {
    status = status, seen = seen, version = tonumber(version),
    chosen = chosen or '', chosen_until = chosen_until or '', note_until = note_until or '', note = note or '',
  }
end

local function put_out(entry)
  redis.call('ZADD', 'presence:outbox', whole(now), entry)
  changes[#changes + 1] = entry
end

local function tell(user)
  if scored('held', user) then return end
  local paid = math.max(now, scored('pace', user) or 0)
  if paid - now > told_ahead then
    redis.call('ZADD', 'presence:held', whole(paid - told_ahead), user)
  else
    redis.call('ZADD', 'presence:pace', whole(paid + told_every), user)
    put_out(user .. '|' .. redis.call('HGET', 'presence:people', user))
  end
end

local function plan_end(user, person)
  local first = math.min(tonumber(person.chosen_until) or math.huge, tonumber(person.note_until) or math.huge)
  if first == math.huge then
    redis.call('ZREM', 'presence:until', user)
  else
    redis.call('ZADD', 'presence:until', whole(first), user)
  end
end

local function put(user, person)
  local version = whole(math.max(now, person.version + 1))
  redis.call('HSET', 'presence:people', user, table.concat({
    person.status, person.seen, version, person.chosen, person.chosen_until, person.note_until, person.note,
  }, '|'))
  if person.status == 'offline' then
    redis.call('ZREM', 'presence:online', user)
  else
    redis.call('ZADD', 'presence:online', 0, user)
  end
  tell(user)
end

local function status_of(user, person)
  if not is_here(user) then return is_undecided(user) and person.status or 'offline' end
  if person.chosen ~= '' then return person.chosen end
  return scored('active', user) and 'online' or 'away'
end

local function settle(user, seen)
  local person = person_of(user)
  local status = status_of(user, person)
  if status == person.status then return end
  person.status, person.seen = status, status == 'offline' and seen or ''
  put(user, person)
end

-- the end of what is told of a connection that broke
local function mend(user, how)
  redis.call('ZREM', 'presence:gone', user)
  redis.call('HDEL', 'presence:broken', user)
  local lost_at = redis.call('HGET', 'presence:lost', user)
  if lost_at then
    redis.call('HDEL', 'presence:lost', user)
    put_out(table.concat({user, how, lost_at, whole(now)}, '|'))
  end
end

local function arrive(user)
  if not is_known then
    redis.call('SADD', 'presence:unsettled', user)
    return
  end
  local person = person_of(user)
  local is_back = scored('gone', user) ~= nil and person.status == 'offline'
  local was_away = person.status == 'away' and person.chosen == ''
  -- who comes is active; who is only back, or was here all the time, is what they were
  if not is_back and not was_away then redis.call('ZADD', 'presence:active', whole(now), user) end
  redis.call('SREM', 'presence:left', user)
  mend(user, 'back')
  settle(user)
end

local function depart(user, seen, broke_at, session)
  if broke_at then
    redis.call('ZADD', 'presence:gone', whole(broke_at), user)
    redis.call('HSET', 'presence:broken', user, session)
  else
    redis.call('ZREM', 'presence:active', user)
  end
  settle(user, whole(seen))
end

local function log_out(user, session)
  local broken = redis.call('HGET', 'presence:broken', user)
  if broken == '' or broken == session then mend(user, 'left') end
end

local function add(user, lease, session)
  local member = user .. '|' .. lease
  redis.call('ZADD', 'presence:leases', whole(now + lease_ms), member)
  if redis.call('SADD', 'presence:of:' .. user, lease) == 1 then
    redis.call('HSET', 'presence:sessions', member, session)
    if redis.call('SCARD', 'presence:of:' .. user) == 1 then arrive(user) end
  end
end

-- `broke_at`: none for a clean end
local function remove(user, lease, seen, broke_at)
  local member = user .. '|' .. lease
  local session = redis.call('HGET', 'presence:sessions', member) or ''
  redis.call('HDEL', 'presence:sessions', member)
  redis.call('ZREM', 'presence:leases', member)
  local was_there = redis.call('SREM', 'presence:of:' .. user, lease) == 1
  if scored('ended', session) then broke_at = nil end
  if is_here(user) then return end
  if not is_known or is_undecided(user) then
    redis.call('ZADD', 'presence:before', whole(seen), user)
    redis.call(broke_at and 'SREM' or 'SADD', 'presence:left', user)
  elseif was_there then
    depart(user, seen, broke_at, session)
  end
end
"""
)

OPEN = (
    PRELUDE
    + """
local endings = {}
for i = 2, #ARGV, 3 do
  local user, lease, session = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  redis.call('ZREM', 'presence:closed', user .. '|' .. lease)
  add(user, lease, session)
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
for i = 2, #ARGV, 3 do
  local user, lease, session = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  -- a renewal that was overtaken by the close must not bring the lease back
  if not scored('closed', user .. '|' .. lease) then add(user, lease, session) end
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
    log_out(user, session) -- one that was told late, after it had expired
  elseif how == 'lost' then
    local expiry = scored('leases', member)
    if expiry then redis.call('ZADD', 'presence:leases', whole(math.min(expiry, now + grace_ms)), member) end
  end
  if ending ~= '' then redis.call('SET', 'presence:ending:' .. session, ending, 'EX', ending_s) end
end
return {born, changes}
"""
)

TOUCH = (
    PRELUDE
    + """
for i = 2, #ARGV do
  local user = ARGV[i]
  if is_here(user) then
    redis.call('ZADD', 'presence:active', whole(now), user)
    if is_known then settle(user) end
  end
end
return {born, changes}
"""
)

CHOOSE = (
    PRELUDE
    + """
local user = ARGV[2]
if is_known then
  local person = person_of(user)
  if is_here(user) then redis.call('ZADD', 'presence:active', whole(now), user) end
  local is_same = person.chosen == ARGV[3] and person.chosen_until == ARGV[4]
    and person.note_until == ARGV[5] and person.note == ARGV[6]
  person.chosen, person.chosen_until, person.note_until, person.note = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
  if is_same then
    settle(user, person.seen)
  else
    plan_end(user, person)
    person.status = status_of(user, person)
    put(user, person)
  end
end
return {born, changes, is_known and 1 or 0, user .. '|' .. (redis.call('HGET', 'presence:people', user) or 'offline||0')}
"""
)

END_SESSIONS = (
    PRELUDE
    + """
if is_known then
  for i = 2, #ARGV, 2 do
    redis.call('ZADD', 'presence:ended', whole(now + 2 * lease_ms), ARGV[i + 1])
    log_out(ARGV[i], ARGV[i + 1])
  end
end
return {born, changes, is_known and 1 or 0}
"""
)

SWEEP = (
    PRELUDE
    + """
attend()
local most, away_ms, lost_after_ms = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local swept = 0

local function due(key, by)
  local members = redis.call('ZRANGEBYSCORE', 'presence:' .. key, '-inf', whole(by), 'LIMIT', 0, most)
  swept = math.max(swept, #members)
  return members
end

local function unsettled()
  local users = redis.call('SPOP', 'presence:unsettled', most)
  swept = math.max(swept, #users)
  for _, user in ipairs(users) do
    if is_here(user) then arrive(user) end
  end
end

local function expired()
  for _, member in ipairs(due('leases', now)) do
    local user, lease = string.match(member, '^(.-)|(.*)$')
    local expiry = scored('leases', member)
    remove(user, lease, expiry, (scored('closed', member) or expiry) - lease_ms)
  end
end

local function decided()
  for _, user in ipairs(due('before', now)) do
    local seen = scored('before', user)
    redis.call('ZREM', 'presence:before', user)
    local is_clean = redis.call('SREM', 'presence:left', user) == 1
    local status = person_of(user).status
    if not is_here(user) and status ~= 'offline' then
      if status ~= 'away' then redis.call('ZADD', 'presence:active', 'NX', whole(seen), user) end
      depart(user, seen, not is_clean and seen or nil, '')
    end
  end
end

local function idle()
  for _, user in ipairs(due('active', now - away_ms)) do
    redis.call('ZREM', 'presence:active', user)
    settle(user)
  end
end

local function over()
  for _, user in ipairs(due('until', now)) do
    local person = person_of(user)
    if (tonumber(person.chosen_until) or math.huge) <= now then person.chosen, person.chosen_until = '', '' end
    if (tonumber(person.note_until) or math.huge) <= now then person.note, person.note_until = '', '' end
    plan_end(user, person)
    person.status = status_of(user, person)
    put(user, person)
  end
end

local function lost()
  for _, user in ipairs(due('gone', now - lost_after_ms)) do
    local at = whole(scored('gone', user))
    redis.call('ZREM', 'presence:gone', user)
    if not is_here(user) then
      redis.call('HSET', 'presence:lost', user, at)
      put_out(table.concat({user, 'lost', at, whole(now)}, '|'))
    end
  end
end

local function held()
  for _, user in ipairs(due('held', now)) do
    redis.call('ZREM', 'presence:held', user)
    tell(user)
  end
end

if is_known then unsettled() end
expired()
if is_known and not is_warm then
  decided()
  idle()
  lost()
end
if is_known then over() end
held()
for _, key in ipairs({'closed', 'ended', 'pace'}) do
  redis.call('ZREMRANGEBYSCORE', 'presence:' .. key, '-inf', whole(now))
end
return {born, changes, is_known and 1 or 0, swept}
"""
)

RECALL = (
    PRELUDE
    + """
if ARGV[2] ~= born or is_known then return {born, changes} end
for i = 5, #ARGV, 2 do
  local user, said = ARGV[i], ARGV[i + 1]
  if ARGV[4] == 'lost' then
    redis.call('HSETNX', 'presence:lost', user, said)
    redis.call('HSETNX', 'presence:broken', user, '')
  else
    redis.call('HSETNX', 'presence:people', user, said)
    local person = person_of(user)
    plan_end(user, person)
    if person.status ~= 'offline' then
      redis.call('ZADD', 'presence:before', 'NX', born, user)
      redis.call('ZADD', 'presence:online', 0, user)
    end
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
