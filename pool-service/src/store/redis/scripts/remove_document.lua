-- Forgets a document.
--
-- ARGV[2]  its key

forget_document(ARGV[2])
