-- Follows the prelude in the scripts of calls: calls on numbers of no pool are kept in a pool that nobody configured.

if string.sub(BASE, -12) == '{pool:none}:' then usual = { USUAL_TIMES } end
