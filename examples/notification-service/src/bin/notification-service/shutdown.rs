//! When to end.

use tokio::signal;

/// Resolves when the process is asked to end: by ctrl-c, or by SIGTERM as orchestrators do it.
pub(crate) async fn asked_to_end() {
    let ctrl_c = async { signal::ctrl_c().await.expect("the system lets a program listen for ctrl-c") };
    #[cfg(unix)]
    let terminate = async {
        let mut signal = signal::unix::signal(signal::unix::SignalKind::terminate())
            .expect("the system lets a program listen for SIGTERM");
        signal.recv().await;
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminate => {}
    }
}
