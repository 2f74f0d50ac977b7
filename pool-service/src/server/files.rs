//! How many files, connections among them, the process may have open.

/// Takes as many as the system allows this process at most, and gives how many that is; `None` if it does not say.
pub fn allow_most() -> Option<u64> {
    // The soft limit is often 1,024, out of concern for programs that use `select`.
    rlimit::increase_nofile_limit(u64::MAX).ok()
}
