//! What strikes a store while visitors use it: a plan that a seed makes, and the stores that it strikes.
//!
//! # Layout
//! - [`plan`]: what happens when
//! - [`beset`]: a store that the plan strikes, for the simulated visitors
//! - `redis`: a Redis server that can be killed, paused and filled up, with two copies of the service's store on it
//! - `proxy`: the network between them
//! - `embedded`: an embedded store that loses its process

pub mod beset;
mod embedded;
pub mod plan;
mod proxy;
mod redis;
