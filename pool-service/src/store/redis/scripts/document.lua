-- Gives a document. Changes nothing.
--
-- ARGV[2]  its key
-- Returns  the packed document; nil if there is none or it has expired

local _, packed = read_document(ARGV[2])
return packed or false
