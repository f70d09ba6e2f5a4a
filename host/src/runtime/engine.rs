//! The one Wasmtime engine of the process, and the thread that ticks its epoch.
//!
//! Everything that decides how fast and how safely guests run is set here and
//! nowhere else: pooled, copy-on-write instances, and epoch interruption, by
//! which the host takes the thread back from a guest at every tick.

use std::time::Duration;

use wasmtime::{Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

/// Time between two ticks of the epoch: how long a guest may hold a thread
/// before others get their turn, and the precision of its deadlines.
pub const TICK: Duration = Duration::from_millis(10);

/// What an engine is sized for.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Instances that can be alive at the same time, of all apps together.
    pub instances: u32,
    /// Bytes of linear memory that an instance may grow to.
    pub memory: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            instances: 256,
            memory: 512 << 20,
        }
    }
}

/// Builds the engine and starts its ticker.
///
/// # Errors
///
/// Where the machine cannot give the address space, or lacks a CPU feature.
pub fn engine(options: &EngineOptions) -> wasmtime::Result<Engine> {
    let engine = Engine::new(&config(options))?;
    tick(&engine);
    Ok(engine)
}

fn config(options: &EngineOptions) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(options.instances)
        // A Python component is a dozen core modules linked together.
        .total_core_instances(options.instances.saturating_mul(24))
        .total_memories(options.instances.saturating_mul(2))
        .total_tables(options.instances.saturating_mul(8))
        .total_stacks(options.instances)
        .max_memory_size(options.memory)
        .max_core_instance_size(4 << 20)
        .max_component_instance_size(4 << 20)
        .max_tables_per_module(4)
        // CPython and its extension modules share one table of some 10,000 functions.
        .table_elements(100_000)
        // What a small guest dirties is cheaper to clear by hand than to unmap.
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(16 << 10)
        .async_stack_keep_resident(64 << 10);

    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        // A Python snapshot is tens of MiB, sparse enough to miss the heuristic.
        .memory_guaranteed_dense_image_size(256 << 20)
        .epoch_interruption(true)
        .cranelift_opt_level(OptLevel::Speed)
        // WSGI is synchronous: one call at a time in an instance.
        .concurrency_support(false)
        // Deep recursion is a RecursionError of the guest's own making before
        // this bound is a trap: CPython counts on about 1 MiB at the least.
        .max_wasm_stack(2 << 20)
        .async_stack_size(4 << 20);
    config
}

/// Ticks on a thread of its own: a tokio timer would not fire while every
/// worker is busy in a guest, which is just when the tick is needed.
fn tick(engine: &Engine) {
    let weak = engine.weak();
    std::thread::Builder::new()
        .name("epoch".into())
        .spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })
        .map(drop)
        .unwrap_or_else(|error| {
            // Without ticks no deadline holds: better no server than that one.
            tracing::error!(%error, "cannot start the epoch thread");
            std::process::abort();
        });
}
