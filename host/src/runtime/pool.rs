//! Warm instances of one app: reused, bounded, trimmed, retired.
//!
//! A WSGI instance serves one request at a time, so that a pool's size is the
//! app's concurrency. Who finds no instance waits in a bounded queue, first come
//! first served; who finds the queue full is told so at once.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How a pool treats its instances.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Instances alive at the same time. Default 8.
    pub instances: usize,
    /// Requests that may wait for an instance. Default 64.
    pub queue: usize,
    /// How long one waits at most. Default 10 s.
    pub queue_wait: Duration,
    /// Requests that an instance serves before it is replaced, plus or minus a
    /// tenth so that instances do not all end at once. 1 gives every request a
    /// fresh instance. Default 10,000 (docs/adr/0005-instances-are-kept-long.md).
    pub reuse: u32,
    /// An instance that served nobody for this long is given back. Default 60 s.
    pub idle: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            instances: 8,
            queue: 64,
            queue_wait: Duration::from_secs(10),
            reuse: 10_000,
            idle: Duration::from_secs(60),
        }
    }
}

/// Makes the instances of a pool.
pub trait Factory: Send + Sync + 'static {
    /// What is pooled.
    type Instance: Send + 'static;
    /// Why none could be made.
    type Error: Send;

    /// Makes a fresh instance.
    fn make(&self) -> impl Future<Output = Result<Self::Instance, Self::Error>> + Send;
}

/// Why a pool gave no instance.
#[derive(Debug, thiserror::Error)]
pub enum PoolError<E> {
    /// Everyone is busy and the queue is full, or the wait was too long.
    #[error("all instances are busy and the queue is full")]
    Busy,
    /// The factory failed.
    #[error("cannot make an instance")]
    Make(E),
}

/// A pool of instances.
pub struct Pool<F: Factory> {
    factory: F,
    options: PoolOptions,
    permits: Arc<Semaphore>,
    /// The last in is the first out: its memory is warm, and what lies below
    /// grows old and is trimmed. No lock is held across an await.
    idle: Mutex<Vec<Idle<F::Instance>>>,
    waiting: AtomicUsize,
}

struct Idle<I> {
    instance: I,
    left: u32,
    since: Instant,
}

impl<F: Factory> Pool<F> {
    /// Makes an empty pool.
    pub fn new(factory: F, options: PoolOptions) -> Arc<Self> {
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(options.instances.max(1))),
            factory,
            options,
            idle: Mutex::new(Vec::new()),
            waiting: AtomicUsize::new(0),
        })
    }

    /// Returns what makes the instances.
    pub fn factory(&self) -> &F {
        &self.factory
    }

    /// Adds an instance that was made beforehand.
    pub fn add(&self, instance: F::Instance) {
        self.idle.lock().push(Idle {
            instance,
            left: jitter(self.options.reuse),
            since: Instant::now(),
        });
    }

    /// Takes an instance, a warm one if there is one. It comes back to the pool
    /// through [`Lease::give_back`], and is retired where the lease is dropped.
    ///
    /// # Errors
    ///
    /// [`PoolError::Busy`] at once if the queue is full, or after
    /// [`PoolOptions::queue_wait`]; [`PoolError::Make`] from the factory.
    pub async fn take(self: &Arc<Self>) -> Result<Lease<F>, PoolError<F::Error>> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.queue().await?,
        };
        // Bound before the match: the lock must not live across the await below.
        let warm = self.idle.lock().pop();
        let (instance, left) = match warm {
            Some(idle) => (idle.instance, idle.left),
            None => {
                let instance = self.factory.make().await.map_err(PoolError::Make)?;
                (instance, jitter(self.options.reuse))
            }
        };
        Ok(Lease {
            instance: Some(instance),
            left,
            pool: Arc::clone(self),
            _permit: permit,
        })
    }

    async fn queue(&self) -> Result<OwnedSemaphorePermit, PoolError<F::Error>> {
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if before >= self.options.queue {
            return Err(PoolError::Busy);
        }
        let permit = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(self.options.queue_wait, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(PoolError::Busy),
        }
    }

    /// Gives back instances that were idle for too long, all but `keep`.
    pub fn trim(&self, keep: usize) {
        let stale: Vec<_> = {
            let mut idle = self.idle.lock();
            let old = idle
                .iter()
                .take_while(|one| one.since.elapsed() >= self.options.idle)
                .count();
            let surplus = idle.len().saturating_sub(keep);
            idle.drain(..old.min(surplus)).collect()
        };
        // Unmapping happens here, outside the lock.
        drop(stale);
    }

    /// Trims every quarter of the idle time for as long as the pool is used.
    pub fn keep_trimmed(self: &Arc<Self>, keep: usize) {
        let weak = Arc::downgrade(self);
        let every = (self.options.idle / 4).max(Duration::from_millis(100));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                match weak.upgrade() {
                    Some(pool) => pool.trim(keep),
                    None => return,
                }
            }
        });
    }

    /// Returns how many instances wait warm.
    pub fn warm(&self) -> usize {
        self.idle.lock().len()
    }
}

/// An instance on loan.
pub struct Lease<F: Factory> {
    instance: Option<F::Instance>,
    left: u32,
    pool: Arc<Pool<F>>,
    /// Freed after the instance is back, or gone: fields drop in order.
    _permit: OwnedSemaphorePermit,
}

impl<F: Factory> Lease<F> {
    /// Returns the instance; none only after `give_back`, which consumes.
    pub fn instance(&mut self) -> Option<&mut F::Instance> {
        self.instance.as_mut()
    }

    /// Returns the instance to the pool, unless it has served its time.
    pub fn give_back(mut self) {
        let left = self.left.saturating_sub(1);
        if left == 0 {
            return;
        }
        if let Some(instance) = self.instance.take() {
            self.pool.idle.lock().push(Idle {
                instance,
                left,
                since: Instant::now(),
            });
        }
    }
}

fn jitter(reuse: u32) -> u32 {
    let tenth = reuse / 10;
    let low = reuse - tenth;
    let high = reuse.saturating_add(tenth);
    rand::random_range(low..=high).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[derive(Default)]
    struct Numbers(AtomicUsize);

    impl Factory for Numbers {
        type Instance = usize;
        type Error = Infallible;
        async fn make(&self) -> Result<usize, Infallible> {
            Ok(self.0.fetch_add(1, Ordering::Relaxed))
        }
    }

    fn pool(options: PoolOptions) -> Arc<Pool<Numbers>> {
        Pool::new(Numbers::default(), options)
    }

    async fn number(pool: &Arc<Pool<Numbers>>) -> usize {
        let mut lease = pool.take().await.unwrap();
        let number = *lease.instance().unwrap();
        lease.give_back();
        number
    }

    #[tokio::test]
    async fn an_instance_that_was_given_back_serves_again() {
        let pool = pool(PoolOptions::default());
        assert_eq!(number(&pool).await, 0);
        assert_eq!(number(&pool).await, 0);
    }

    #[tokio::test]
    async fn a_dropped_lease_retires_its_instance() {
        let pool = pool(PoolOptions::default());
        drop(pool.take().await.unwrap());
        assert_eq!(number(&pool).await, 1);
    }

    #[tokio::test]
    async fn reuse_of_one_gives_every_request_a_fresh_instance() {
        let pool = pool(PoolOptions {
            reuse: 1,
            ..Default::default()
        });
        for expected in 0..5 {
            assert_eq!(number(&pool).await, expected);
        }
    }

    #[test]
    fn lifetimes_are_spread_around_the_asked_for() {
        let lifetimes: Vec<u32> = (0..200).map(|_| jitter(1000)).collect();
        assert!(lifetimes.iter().all(|one| (900..=1100).contains(one)));
        assert!(lifetimes.iter().any(|one| *one != lifetimes[0]));
        assert_eq!(jitter(1), 1);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let pool = pool(PoolOptions {
            instances: 1,
            queue: 0,
            ..Default::default()
        });
        let _busy = pool.take().await.unwrap();
        assert!(matches!(pool.take().await, Err(PoolError::Busy)));
    }

    #[tokio::test]
    async fn who_waits_is_served_in_turn() {
        let pool = pool(PoolOptions {
            instances: 1,
            queue: 1,
            ..Default::default()
        });
        let lease = pool.take().await.unwrap();
        let waiter = tokio::spawn({
            let pool = pool.clone();
            async move { number(&pool).await }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.take().await, Err(PoolError::Busy)));
        lease.give_back();
        assert_eq!(waiter.await.unwrap(), 0);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_refused() {
        let queue_wait = Duration::from_millis(20);
        let pool = pool(PoolOptions {
            instances: 1,
            queue_wait,
            ..Default::default()
        });
        let _busy = pool.take().await.unwrap();
        assert!(matches!(pool.take().await, Err(PoolError::Busy)));
        assert_eq!(pool.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn idle_instances_are_trimmed_to_those_kept() {
        let pool = pool(PoolOptions {
            idle: Duration::ZERO,
            ..Default::default()
        });
        let leases = [pool.take().await.unwrap(), pool.take().await.unwrap()];
        leases.into_iter().for_each(Lease::give_back);
        pool.trim(1);
        assert_eq!(pool.warm(), 1);
        pool.trim(0);
        assert_eq!(pool.warm(), 0);
    }
}
