-- Tells what the pool knows of lost grants. Changes nothing.
--
-- Returns  time, end of the last safe mode (0 if there was none), overlaps found since

return { int(now), int(safe_until), redis.call('HGET', META, 'overlaps') or '0' }
