//! What stands in for the standard library in the tag build: an allocator and what follows a panic.
//!
//! Both are chosen for size; the standard library's own cost several kilobytes on every visit.

use core::panic::PanicInfo;
use lol_alloc::{FreeListAllocator, LockedAllocator};

#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// A trap: the caller in the page's language gets an exception, and the page goes on.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
