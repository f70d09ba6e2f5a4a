//! The listening socket and the accept loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::connection::Service;
use super::exchange::{ConnectionInfo, Handler};
use super::limits::HttpLimits;
use super::shutdown::Shutdown;
use crate::error::Advice;

/// Connections that the kernel keeps for us while we are busy.
const BACKLOG: u32 = 4096;

/// Pause after an accept that failed for want of a resource (EMFILE, ENFILE,
/// ENOBUFS, ENOMEM). Without it the loop would spin: the connection is still
/// there.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a port could not be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is not HOST:PORT.
    #[error("cannot listen on {listen:?}: not an address of the form HOST:PORT")]
    Address {
        /// What was asked for.
        listen: String,
        /// Why it does not resolve.
        #[source]
        source: io::Error,
    },
    /// The system refused the address.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl Advice for ListenError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Address { .. } => Some(
                "give a host and a port, as in --listen 127.0.0.1:8000 (port 0 takes a free one)"
                    .to_owned(),
            ),
            Self::Bind { address, source } => match source.kind() {
                io::ErrorKind::AddrInUse => Some(format!(
                    "another program listens on {address}: stop it, or choose another port \
                     with --listen {}:PORT (port 0 takes a free one)",
                    HostOf(*address)
                )),
                io::ErrorKind::PermissionDenied => Some(format!(
                    "ports below 1024 need a privilege: choose a higher port with --listen {}:PORT",
                    HostOf(*address)
                )),
                io::ErrorKind::AddrNotAvailable => Some(format!(
                    "{} is not an address of this machine: choose one that is with --listen, \
                     as in --listen 0.0.0.0:{}",
                    address.ip(),
                    address.port()
                )),
                _ => None,
            },
        }
    }
}

/// An address without its port, as it stands in a URL.
struct HostOf(SocketAddr);

impl std::fmt::Display for HostOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            SocketAddr::V4(address) => write!(f, "{}", address.ip()),
            SocketAddr::V6(address) => write!(f, "[{}]", address.ip()),
        }
    }
}

/// What a shutdown came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that had not finished when the grace was over, and were cut.
    pub aborted: usize,
}

/// A port that accepts connections: from its making the kernel queues them.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds `HOST:PORT`; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// [`ListenError`], with the cure.
    pub async fn bind(listen: &str) -> Result<Self, ListenError> {
        let no_address = |source| ListenError::Address {
            listen: listen.to_owned(),
            source,
        };
        let mut addresses = tokio::net::lookup_host(listen).await.map_err(no_address)?;
        let address = addresses
            .next()
            .ok_or_else(|| no_address(io::ErrorKind::NotFound.into()))?;
        Self::open(address).map_err(|source| ListenError::Bind { address, source })
    }

    fn open(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A restart finds the connections of the run before in TIME_WAIT. On
        // Windows the option would let two servers share the port.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let socket = socket.listen(BACKLOG)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// Returns the address, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the shutdown, and through its grace.
    pub async fn serve<H: Handler>(
        self,
        handler: Arc<H>,
        limits: HttpLimits,
        shutdown: Shutdown,
    ) -> Drained {
        let permits = Arc::new(Semaphore::new(
            limits.max_connections.clamp(1, Semaphore::MAX_PERMITS),
        ));
        let grace = limits.shutdown_grace;
        let service = Arc::new(Service::new(handler, limits, shutdown.clone()));
        let mut connections = JoinSet::new();
        let mut full = Throttle::default();
        let accepting = async {
            loop {
                if permits.available_permits() == 0 && full.is_due() {
                    tracing::warn!("max_connections reached: new connections wait");
                }
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                    return; // Never closed.
                };
                let (socket, peer) = self.accept().await;
                let service = Arc::clone(&service);
                let local = socket.local_addr().unwrap_or(self.address);
                connections.spawn(async move {
                    let _permit = permit;
                    let info = ConnectionInfo {
                        peer,
                        local,
                        scheme: "http",
                    };
                    service.serve(socket, info).await;
                });
                while let Some(ended) = connections.try_join_next() {
                    log_panic(ended);
                }
            }
        };
        tokio::select! {
            () = accepting => {}
            () = shutdown.triggered() => {}
        }
        // The port is free from here on.
        drop(self);
        drain(connections, Instant::now() + grace).await
    }

    /// Accepts a connection, whatever befalls others.
    async fn accept(&self) -> (TcpStream, SocketAddr) {
        let mut failing = Throttle::default();
        loop {
            match self.socket.accept().await {
                Ok((socket, peer)) => {
                    // Small responses go out at once. A socket that refuses the
                    // option is closed already, as the first read will tell.
                    let _ = socket.set_nodelay(true);
                    return (socket, peer);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if failing.is_due() {
                        tracing::error!(
                            %error,
                            "cannot accept connections, trying again; if the limit of open \
                             files is reached, raise it (ulimit -n)"
                        );
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

/// Tells whether an accept failed because of the connection it would have been.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

async fn drain(mut connections: JoinSet<()>, until: Instant) -> Drained {
    while let Ok(Some(ended)) = timeout_at(until, connections.join_next()).await {
        log_panic(ended);
    }
    let aborted = connections.len();
    if aborted > 0 {
        tracing::warn!(aborted, "shutdown grace is over: cutting connections");
        connections.shutdown().await;
    }
    Drained { aborted }
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's task panicked");
    }
}

/// Lets a message that could come thousands of times come once a second.
#[derive(Debug, Default)]
struct Throttle(Option<Instant>);

impl Throttle {
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let due = self.0.is_none_or(|next| now >= next);
        if due {
            self.0 = Some(now + Duration::from_secs(1));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_names_the_address_and_the_cure() {
        let first = Listener::bind("127.0.0.1:0").await.expect("a free port");
        assert_ne!(first.local_addr().port(), 0);
        let taken = first.local_addr().to_string();
        let error = Listener::bind(&taken).await.expect_err("taken");
        assert_eq!(error.to_string(), format!("cannot listen on {taken}"));
        let hint = error.hint().expect("a cure");
        assert!(
            hint.contains(&taken) && hint.contains("--listen 127.0.0.1:PORT"),
            "{hint}"
        );
    }

    #[tokio::test]
    async fn a_port_is_free_again_at_once_after_its_server_has_gone() {
        let first = Listener::bind("127.0.0.1:0").await.expect("a free port");
        let address = first.local_addr().to_string();
        drop(first);
        Listener::bind(&address).await.expect("free again");
    }

    #[tokio::test]
    async fn nonsense_and_foreign_addresses_are_told_apart() {
        for nonsense in ["8000", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", ""] {
            let error = Listener::bind(nonsense).await.expect_err(nonsense);
            assert!(matches!(error, ListenError::Address { .. }), "{error}");
            assert!(error.hint().is_some_and(|hint| hint.contains("--listen")));
        }
        let error = Listener::bind("192.0.2.1:8000")
            .await
            .expect_err("not ours");
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("not an address of this machine"))
        );
    }
}
