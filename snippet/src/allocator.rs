//! An allocator for texts that come and go, chosen for size: the standard library's costs every visitor 3 KB.
#![expect(unsafe_code, reason = "an allocator hands out memory")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::{memory_grow, memory_size},
    cell::UnsafeCell,
};

/// Memory in blocks of 8, 16, 32… bytes. A block that is given back waits for the next text of about its length: pages
/// live for days, and their texts are alike.
struct Blocks {
    /// The first free block of each length, by its power of two; each begins with the address of the next one, or null.
    free: UnsafeCell<[*mut u8; 32]>,
    /// Bytes behind the program's own data that were ever handed out.
    used: UnsafeCell<usize>,
}

// SAFETY: the target has no threads.
unsafe impl Sync for Blocks {}

#[global_allocator]
static BLOCKS: Blocks = Blocks { free: UnsafeCell::new([core::ptr::null_mut(); 32]), used: UnsafeCell::new(0) };

unsafe extern "C" {
    /// The linker's: where memory begins that nothing else uses.
    static mut __heap_base: u8;
}

/// The power of two whose block holds so many bytes.
fn power(layout: Layout) -> usize {
    (32 - (layout.size().wrapping_sub(1) | 7).leading_zeros() as usize) & 31
}

// SAFETY: blocks do not overlap, are as long as asked for, and lie at multiples of 8, which is the strictest alignment
// that the program has.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let power = power(layout);
        // SAFETY: one thread, and nothing else has references to these; a free block holds an address.
        unsafe {
            let first = &mut (*self.free.get())[power];
            let block = *first;
            if !block.is_null() {
                *first = *block.cast();
                return block;
            }
            let used = &mut *self.used.get();
            let block = (&raw mut __heap_base).wrapping_add(*used);
            let end = *used + (1 << power);
            let missing = (&raw mut __heap_base as usize + end).saturating_sub(memory_size(0) << 16);
            if missing > 0 && memory_grow(0, missing.div_ceil(1 << 16)) == usize::MAX {
                // There is no more. Whoever touches this address traps; null would be a panic to bring along.
                return core::ptr::null_mut::<u8>().wrapping_sub(1 << 16);
            }
            *used = end;
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: one thread; nobody uses the block any more, and it holds an address at least.
        unsafe {
            let first = &mut (*self.free.get())[power(layout)];
            *block.cast() = *first;
            *first = block;
        }
    }
}
