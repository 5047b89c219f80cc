//! When to stop: SIGINT (Ctrl-C) or SIGTERM. The first asks, the second doesn't wait for an answer.

use tokio::sync::watch;

/// Turns `true` at the first signal; at the second the process ends at once.
///
/// A process that can't hear signals is told so and runs until it is killed.
#[must_use]
pub fn stop() -> watch::Receiver<bool> {
    let (say, hear) = watch::channel(false);
    tokio::spawn(async move {
        if let Err(error) = signal().await {
            tracing::warn!(%error, "signals can't be heard");
            std::future::pending::<()>().await;
        }
        let _nobody_left = say.send(true);
        if signal().await.is_ok() {
            std::process::exit(130);
        }
    });
    hear
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
