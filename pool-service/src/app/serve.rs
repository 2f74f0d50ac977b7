//! A service from its start to its end.

use super::{
    AppError,
    awaited::{kept, open_or_await},
    limits,
    open::{Opened, call_desk, make_data_directory},
    public_url, signers, socket_path, store_name,
};
use crate::{
    admin::Office,
    assets::Assets,
    calls::CallDesk,
    config::Settings,
    domain::zone::Zone,
    http::{
        self,
        route::late::Waiting,
        service::{Options, Service},
    },
    live::Live,
    server::{Limits, accept, tls::Certificates, unix},
    store::{Store, StoreError, clock::ManualClock},
    sweeper,
    telemetry::metrics::Metrics,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinSet,
    time::{interval, sleep},
};

/// What the world wants of a running service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Read the certificate files again.
    Reload,
    /// End, after load balancers had time to look elsewhere.
    Stop,
    /// End without that time. Given during the end: cut off what is still under way.
    StopNow,
}

/// How exactly it is known when a token was last used.
const TOKEN_USES_WRITTEN: Duration = Duration::from_secs(60);
/// At the end the store is waited for no longer than this.
const LAST_WRITE: Duration = Duration::from_millis(500);
/// How often calls of hours that are over are summed up.
const SUMMED_UP: Duration = Duration::from_secs(600);
/// How often calls are recorded that were routed without the store.
const SETTLE_INTERVAL: Duration = Duration::from_secs(1);
/// Connections on the admin socket.
const ADMIN_CONNECTIONS: usize = 16;

/// Runs a service until it is told to stop. `announce` is told the address once requests are taken.
///
/// # Errors
/// When it cannot start.
pub async fn serve(
    settings: &Settings,
    mut signals: mpsc::Receiver<Signal>,
    announce: impl FnOnce(&str),
) -> Result<(), AppError> {
    make_data_directory(settings)?;
    // Before the store: "a service is already running" says more than "the store is locked".
    let mut socket = unix::bind(&socket_path(settings))?;
    let kept = kept(settings);
    let (Opened { store, manual_clock }, awaited) = open_or_await(settings, kept.as_ref()).await?;
    let live = match kept {
        Some(kept) => Live::load_or_kept(Arc::clone(&store), kept).await,
        None => Live::load(Arc::clone(&store)).await,
    };
    let live = Arc::new(live.map_err(|why| AppError::Store { store: store_name(settings), why })?);
    let calls = Arc::new(call_desk(settings, Arc::clone(&store), Arc::clone(&live))?);
    sure_of_key(&calls).await?;
    let certificates = settings.http.tls.as_ref().map(|tls| Certificates::read(&tls.certificate_file, &tls.key_file));
    let certificates = certificates.transpose().map_err(AppError::Tls)?.map(Arc::new);
    let listener = TcpListener::bind(settings.http.listen).await;
    let listener = listener.map_err(|error| AppError::Listen(settings.http.listen, error))?;
    let address = listener.local_addr().map_err(|error| AppError::Listen(settings.http.listen, error))?;

    let (of_store, of_live, of_calls) = (Arc::clone(&store), Arc::clone(&live), Arc::clone(&calls));
    let service = Arc::new(service(settings, address, of_store, of_live, of_calls, manual_clock.as_ref())?);
    let office = Arc::new(Office {
        store: Arc::clone(&store),
        live: Some(Arc::clone(&live)),
        calls: Some(calls),
        public_url: service.options.public_url.clone(),
        manual_clock: manual_clock.clone(),
    });
    let limits = limits::of_connections(settings, &service.metrics);
    let (drain, draining) = watch::channel(false);
    let mut listeners = JoinSet::new();
    let routes = http::router(Arc::clone(&service));
    listeners.spawn(accept::tcp(listener, certificates.clone(), routes, limits.clone(), draining.clone()));
    if let Some(listener) = socket.listener.take() {
        let limits = Limits { max_connections: ADMIN_CONNECTIONS, per_address: None, ..limits.clone() };
        listeners.spawn(accept::unix(listener, http::admin::router(office), limits, draining));
    }
    let mut timers = JoinSet::new();
    if let Some(awaited) = awaited {
        timers.spawn(awaited.wait(settings.clone()));
    }
    let swept = (Arc::clone(&live), Arc::clone(&service.calls));
    timers.spawn(sweeper::run(Arc::clone(&store), swept, service.metrics.clone(), settings.sweep_interval));
    timers.spawn(sweeper::sum_up(Arc::clone(&service.calls), service.metrics.clone(), SUMMED_UP));
    timers.spawn(note_uses(Arc::clone(&store), Arc::clone(&live)));
    timers.spawn(settle(Arc::clone(&service)));
    timers.spawn(poll(Arc::clone(&live), settings.configuration_poll));

    if manual_clock.is_some() {
        tracing::warn!(
            "THE CLOCK IS MANUAL: no lease ends until `hatsuban clock advance`. For rehearsals and tests only"
        );
    }
    if service.assets.is_none() {
        tracing::warn!("the browser program is missing, tags answer 503: run `npm run build` and start again");
    }
    let scheme = if certificates.is_some() { "https" } else { "http" };
    announce(&format!("{scheme}://{address}"));

    let grace = wait(&mut signals, certificates.as_deref(), settings.shutdown_grace).await;
    service.is_leaving.store(true, Ordering::Relaxed);
    tracing::info!(grace_seconds = grace.as_secs(), "stopping");
    tokio::select! {
        () = sleep(grace) => {}
        () = cut(&mut signals) => {}
    }
    drain.send_replace(true);
    tokio::select! {
        () = async { while listeners.join_next().await.is_some() {} } => {}
        () = cut(&mut signals) => tracing::warn!("requests still under way are cut off"),
    }
    listeners.shutdown().await;
    timers.shutdown().await;
    // Nothing waits for it: that a token was used a minute ago is worth little.
    let _ = tokio::time::timeout(LAST_WRITE, live.token_uses().write(store.as_ref())).await;
    Ok(())
}

fn service(
    settings: &Settings,
    address: SocketAddr,
    store: Arc<dyn Store>,
    live: Arc<Live>,
    calls: Arc<CallDesk>,
    manual_clock: Option<&ManualClock>,
) -> Result<Service, AppError> {
    let assets = match &settings.assets_directory {
        Some(directory) => Some(Assets::in_directory(directory).map_err(AppError::Assets)?),
        None => Assets::embedded(),
    };
    let options = Options {
        public_url: public_url(settings, address),
        max_body_bytes: settings.http.max_body_bytes,
        body_read: settings.http.body_read,
        route_budget: settings.calls.route_wait,
        tag_cache: settings.http.tag_cache,
        signers: signers::of(&settings.signers, manual_clock.cloned()),
        zone: Zone::parse(&settings.reports_zone)?,
    };
    let is_leaving = Arc::new(AtomicBool::new(false));
    let limits = limits::of_requests(&settings.http.limits);
    Ok(Service {
        store,
        live,
        calls,
        late: Waiting::default(),
        metrics: Metrics::new(),
        assets,
        is_leaving,
        limits,
        options,
    })
}

/// Another key than that of the installation is refused at the start; a store that is away is asked later.
async fn sure_of_key(calls: &CallDesk) -> Result<(), AppError> {
    match calls.be_sure_of_key().await {
        Err(StoreError::Unsuitable(why)) => Err(AppError::CallerKey(why)),
        Err(error) => {
            tracing::warn!(%error, "whether the caller key is the installation's cannot be asked now");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Waits for the wish to end; gives how long requests are still taken.
async fn wait(signals: &mut mpsc::Receiver<Signal>, certificates: Option<&Certificates>, grace: Duration) -> Duration {
    loop {
        match (signals.recv().await, certificates) {
            (Some(Signal::Stop), _) => return grace,
            (Some(Signal::StopNow) | None, _) => return Duration::ZERO,
            (Some(Signal::Reload), None) => tracing::info!("there are no certificates to read again"),
            (Some(Signal::Reload), Some(certificates)) => match certificates.reload() {
                Ok(()) => tracing::info!("the certificates were read again"),
                Err(error) => tracing::error!(%error, "the certificates in use stay"),
            },
        }
    }
}

async fn cut(signals: &mut mpsc::Receiver<Signal>) {
    while let Some(signal) = signals.recv().await {
        if signal == Signal::StopNow {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// Writes now and then which access tokens were used.
async fn note_uses(store: Arc<dyn Store>, live: Arc<Live>) {
    let mut ticks = interval(TOKEN_USES_WRITTEN);
    loop {
        ticks.tick().await;
        if let Err(error) = live.token_uses().write(store.as_ref()).await {
            tracing::warn!(%error, "when tokens were last used cannot be written; it is tried again");
        }
    }
}

/// Keeps calls that were routed without the store, as soon as it is back.
async fn settle(service: Arc<Service>) {
    let mut ticks = interval(SETTLE_INTERVAL);
    loop {
        ticks.tick().await;
        let kept = service.late.settle(&service.calls).await;
        if kept > 0 {
            tracing::info!(calls = kept, "calls that were routed without the store are recorded");
        }
    }
}

/// Reads the configuration again and again: another copy of the service may have changed it.
async fn poll(live: Arc<Live>, every: Duration) {
    let mut ticks = interval(every);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        match live.refresh().await {
            Ok(true) => tracing::info!("the configuration changed"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the configuration cannot be read again; the last one stays"),
        }
    }
}
