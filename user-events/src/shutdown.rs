//! [`shutdown_signal`]: when the operator wants the process to end.

/// Resolves when the process is asked to end: SIGTERM (on Unix) or ctrl-c. For
/// [`Consumer::run`](crate::Consumer::run).
///
/// ```no_run
/// # async fn serve(consumer: user_events::Consumer, bus: user_events::Bus) -> Result<(), user_events::Error> {
/// consumer.run(&bus, user_events::shutdown_signal()).await?;
/// # Ok(()) }
/// ```
///
/// # Panics
///
/// The operating system takes no handler for the signal: a service that could not be stopped
/// cleanly should not start.
pub async fn shutdown_signal() {
    let interrupted = async {
        tokio::signal::ctrl_c().await.expect("ctrl-c can be waited for");
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).expect("SIGTERM can be waited for");
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
