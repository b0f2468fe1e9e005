//! How long the threads of a step spin while they wait for each other.
//!
//! A thread that spins goes on at once; one that sleeps has to be woken, which takes microseconds on a
//! computer of one's own and up to milliseconds on a virtual one. But while other programs want the
//! same cores, whoever spins keeps the one he waits for from computing, and answers come at a tenth of
//! their speed. So threads spin for as long as libgomp, to which they belong, lets them by itself, and
//! briefly while this process has to queue for the processor.
//!
//! libgomp settles both lengths before `main` begins, and takes the brief one while there are more
//! OpenMP threads than processors (`GOMP_SPINCOUNT` in its manual). A [`Crowd`] sees to that.

use std::convert::Infallible;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// How often it is looked whether others want the cores; a look reads a line for each thread.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// From this share of their time on that threads queue, others want the cores: one other program on each
/// core takes a half.
const CONTENDED: f64 = 0.08;
/// Below this share nobody else wants them.
const QUIET: f64 = 0.03;
/// Processor time to be spent without queueing before threads spin long again: who compiles, say,
/// pauses often.
const QUIET_FOR: Duration = Duration::from_secs(2);

/// Less processor time than this tells nothing.
const TELLING: Duration = Duration::from_millis(20);

/// libgomp's threads are the process's, whichever model they compute.
static SPINNING: Mutex<Spinning> = Mutex::new(Spinning::new());

/// Looks from time to time whether others want the cores, and has threads spin accordingly. To be
/// called within steps, since one that begins with long spinning on a busy machine may take seconds.
pub(super) fn adapt() {
    // Another model's thread is looking at the same thing.
    if let Ok(mut spinning) = SPINNING.try_lock() {
        spinning.adapt(Instant::now());
    }
}

struct Spinning {
    looked: Option<Instant>,
    contention: Contention,
    crowd: Option<Crowd>,
}

impl Spinning {
    const fn new() -> Self {
        Self { looked: None, contention: Contention::new(), crowd: None }
    }

    fn adapt(&mut self, now: Instant) {
        if self.looked.is_some_and(|looked| now.duration_since(looked) < LOOK_EVERY) {
            return;
        }
        self.looked = Some(now);
        let contended = self.contention.observe(schedule());
        if contended != self.crowd.is_some() {
            self.crowd = if contended { Crowd::gather() } else { None };
        }
    }
}

/// What the threads of a process have spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Schedule {
    computed: Duration,
    /// Ready to compute, while the core was somebody else's.
    queued: Duration,
}

/// Tells from what threads have spent whether others want the cores.
#[derive(Debug)]
struct Contention {
    before: Schedule,
    quiet_for: Duration,
    contended: bool,
}

impl Contention {
    const fn new() -> Self {
        let before = Schedule { computed: Duration::ZERO, queued: Duration::ZERO };
        Self { before, quiet_for: Duration::ZERO, contended: false }
    }

    /// `None` where the system does not say: then it may always be so.
    fn observe(&mut self, schedule: Option<Schedule>) -> bool {
        let Some(now) = schedule else { return true };
        // Less than before when threads have ended meanwhile.
        let computed = now.computed.saturating_sub(self.before.computed);
        let queued = now.queued.saturating_sub(self.before.queued);
        self.before = now;
        if computed + queued < TELLING {
            return self.contended;
        }
        let share = queued.as_secs_f64() / (computed + queued).as_secs_f64();
        if share >= CONTENDED {
            self.contended = true;
        }
        self.quiet_for = if share < QUIET { self.quiet_for + computed } else { Duration::ZERO };
        if self.quiet_for >= QUIET_FOR {
            self.contended = false;
        }
        self.contended
    }
}

/// What all threads of this process have spent so far, where the system keeps account of it.
fn schedule() -> Option<Schedule> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let of_each = threads.flatten().filter_map(|thread| {
        schedule_of(&std::fs::read_to_string(thread.path().join("schedstat")).ok()?)
    });
    of_each.reduce(|all, one| Schedule {
        computed: all.computed + one.computed,
        queued: all.queued + one.queued,
    })
}

/// Of one thread, in the kernel's words: nanoseconds on a core, and waiting for one (its
/// Documentation/scheduler/sched-stats.rst).
fn schedule_of(line: &str) -> Option<Schedule> {
    let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten().map(Duration::from_nanos);
    Some(Schedule { computed: next()?, queued: next()? })
}

/// One OpenMP thread more than there are processors, for as long as it lives. They sleep.
struct Crowd {
    /// Nothing is ever sent; dropping it lets the crowd go.
    _leave: mpsc::Sender<Infallible>,
}

impl Crowd {
    fn gather() -> Option<Self> {
        let (leave, stay) = mpsc::channel();
        let keep = move || {
            openmp::start_threads();
            // libgomp keeps what a thread has started until that one ends.
            let Err(mpsc::RecvError) = stay.recv();
        };
        match std::thread::Builder::new().name("crowd".to_owned()).spawn(keep) {
            Ok(_) => Some(Self { _leave: leave }),
            Err(error) => {
                tracing::warn!("no thread could be started: {error}");
                None
            }
        }
    }
}

/// The calls of libgomp that compilers make for `#pragma omp`.
mod openmp {
    use std::ffi::{c_int, c_uint, c_void};
    use std::ptr;

    unsafe extern "C" {
        fn omp_get_num_procs() -> c_int;
        pub(super) fn GOMP_parallel(
            work: extern "C" fn(*mut c_void),
            data: *mut c_void,
            threads: c_uint,
            flags: c_uint,
        );
    }

    extern "C" fn nothing(_data: *mut c_void) {}

    /// Starts a thread for each processor beside the calling one.
    pub(super) fn start_threads() {
        // SAFETY: called as a compiler would; `nothing` reads no data.
        unsafe {
            let threads = omp_get_num_procs().unsigned_abs() + 1;
            GOMP_parallel(nothing, ptr::null_mut(), threads, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(computed: u64, queued: u64) -> Option<Schedule> {
        let [computed, queued] = [computed, queued].map(Duration::from_millis);
        Some(Schedule { computed, queued })
    }

    #[test]
    fn who_queues_for_the_processor_knows_that_others_want_it() {
        let mut contention = Contention::new();
        assert!(!contention.observe(spent(200, 2)));
        assert!(contention.observe(spent(300, 102)));
        assert!(contention.observe(spent(400, 202)));
    }

    #[test]
    fn a_pause_of_the_others_is_not_trusted_and_their_end_is() {
        let mut contention = Contention::new();
        assert!(contention.observe(spent(1000, 1000)));
        assert!(contention.observe(spent(2900, 1000)));
        assert!(contention.observe(spent(3000, 1100)), "they only paused");
        assert!(contention.observe(spent(4900, 1101)));
        assert!(!contention.observe(spent(5100, 1102)));
    }

    #[test]
    fn between_contended_and_quiet_all_stays_as_it_was() {
        let mut quiet = Contention::new();
        let mut contended = Contention::new();
        assert!(contended.observe(spent(0, 100)));
        for step in 1..100 {
            assert!(!quiet.observe(spent(950 * step, 50 * step)));
            assert!(contended.observe(spent(950 * step, 100 + 50 * step)));
        }
    }

    #[test]
    fn an_idle_process_says_nothing() {
        let mut contention = Contention::new();
        assert!(contention.observe(spent(100, 100)));
        for _ in 0..100 {
            assert!(contention.observe(spent(100, 100)));
        }
        // Threads that ended took what they had spent along.
        assert!(contention.observe(spent(10, 10)));
    }

    #[test]
    fn where_the_system_does_not_say_it_others_may_want_the_cores() {
        assert!(Contention::new().observe(None));
    }

    mod on_linux {
        use super::*;

        #[test]
        fn the_kernels_account_is_read() {
            let expected =
                Schedule { computed: Duration::from_nanos(1500), queued: Duration::from_nanos(7) };
            assert_eq!(schedule_of("1500 7 12\n"), Some(expected));
            assert_eq!(schedule_of("1500\n"), None);
            assert_eq!(schedule_of("a kernel of another mind\n"), None);
        }

        #[test]
        fn computing_shows_in_the_account_of_this_process() {
            let before = schedule().unwrap();
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(50) {
                std::hint::spin_loop();
            }
            assert!(schedule().unwrap().computed > before.computed);
        }
    }

    mod with_libgomp {
        use std::ffi::c_void;
        use std::sync::atomic::{AtomicU64, Ordering};

        use super::openmp::GOMP_parallel;
        use super::*;

        unsafe extern "C" {
            fn omp_get_thread_num() -> i32;
            fn GOMP_barrier();
        }

        fn processor_time() -> Duration {
            schedule_of(&std::fs::read_to_string("/proc/thread-self/schedstat").unwrap())
                .unwrap()
                .computed
        }

        /// One of two threads waits for the other, and counts what that costs it, in nanoseconds.
        extern "C" fn wait_for_a_sleeper(spent: *mut c_void) {
            // SAFETY: called by `cost_of_waiting` alone, whose number outlives the region; both threads
            // of the region come to the barrier once.
            unsafe {
                if omp_get_thread_num() == 1 {
                    std::thread::sleep(Duration::from_millis(100));
                    return GOMP_barrier();
                }
                let before = processor_time();
                GOMP_barrier();
                let nanoseconds = (processor_time() - before).as_nanos() as u64;
                (*spent.cast::<AtomicU64>()).store(nanoseconds, Ordering::Relaxed);
            }
        }

        fn cost_of_waiting() -> Duration {
            let spent = AtomicU64::new(0);
            // SAFETY: called as a compiler would.
            unsafe {
                GOMP_parallel(wait_for_a_sleeper, (&raw const spent).cast_mut().cast(), 2, 0);
            }
            Duration::from_nanos(spent.into_inner())
        }

        /// Crowds come and go within milliseconds, at their own pace; so do the threads of other tests.
        fn waiting_comes_to_cost(is_reached: impl Fn(Duration) -> bool) {
            let patience = Instant::now() + Duration::from_secs(60);
            loop {
                let cost = cost_of_waiting();
                if is_reached(cost) {
                    return;
                }
                assert!(Instant::now() < patience, "waiting still costs {cost:?}");
            }
        }

        #[test]
        fn threads_spin_briefly_beside_a_crowd_and_long_without_one() {
            // Kept from gathering one of its own meanwhile.
            let mut spinning = SPINNING.lock().unwrap();
            spinning.crowd = None;
            let (brief, long) = (Duration::from_micros(300), Duration::from_millis(1));
            waiting_comes_to_cost(|cost| cost > long);
            let crowd = Crowd::gather().unwrap();
            waiting_comes_to_cost(|cost| cost < brief);
            drop(crowd);
            waiting_comes_to_cost(|cost| cost > long);
        }
    }
}
