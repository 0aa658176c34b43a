//! What a command has at hand.

use std::sync::Once;

use cachectl_core::{
    server::{self, deployment::Deployment},
    vocabulary::{control::Control, progress::Observer},
};

use crate::{
    cli::GlobalArgs,
    confirm::{Consent, Given},
    error::{CliError, print_hints},
    hints::Situation,
    output::{Label, Output, say_labelled},
    progress,
    settings::Settings,
    signals::{Signal, Signals},
};

/// What a command that speaks to servers has at hand.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) output: Output,
    pub(crate) signals: Signals,
    pub(crate) situation: Situation,
    given: Given,
    observer: Box<dyn Observer>,
}

/// Warns once of what nobody should overlook, whether or not warnings are wanted.
pub(crate) fn alarm(settings: &Settings) {
    static SAID: Once = Once::new();
    if let Some(text) = settings.alarm() {
        SAID.call_once(|| say_labelled(Label::Warning, text));
    }
}

impl App {
    /// Settles everything that can be settled without a server, and warns of what is careless.
    pub(crate) fn new(global: &GlobalArgs, signals: &Signals) -> Result<Self, CliError> {
        let output = Output::new(&global.console);
        let mut settings = Settings::resolve(&global.connection)?;
        // While signals still end the process: whoever types may think better of it.
        settings.take_in_passwords()?;
        for warning in settings.warnings() {
            output.warn(warning);
        }
        alarm(&settings);
        if let (Some(path), Some(origin)) = (&settings.file, settings.origin) {
            tracing::info!(file = %path.display(), found = %origin, "configuration");
        } else {
            tracing::info!("no configuration file");
        }
        signals.listen().map_err(CliError::Runtime)?;
        Ok(Self {
            settings,
            output,
            signals: signals.clone(),
            situation: Situation::of(&global.connection),
            given: Given::find(global.console.yes),
            observer: progress::choose(&global.console, signals.screen()),
        })
    }

    /// Connects to the deployment.
    pub(crate) async fn open(&self) -> Result<Deployment, CliError> {
        self.open_as(&self.settings).await
    }

    /// Connects to the deployment that other settings name.
    pub(crate) async fn open_as(&self, settings: &Settings) -> Result<Deployment, CliError> {
        alarm(settings);
        let target = settings.target()?;
        let address = &settings.address;
        tracing::info!(address = %address.value, from = %address.source, "connecting");
        let deployment = self.until_stopped(Deployment::open(target)).await?;
        for node in deployment.primaries() {
            tracing::info!(server = %node.endpoint(), version = %node.identity, "connected");
        }
        Ok(deployment)
    }

    /// Waits for something that changes nothing, unless a signal comes first.
    async fn until_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, server::Error>>,
    ) -> Result<T, CliError> {
        tokio::select! {
            result = work => Ok(result?),
            signal = self.signals.stopped() => Err(CliError::Stopped(signal)),
        }
    }

    /// Returns how a command ends that was told to stop and has changed nothing.
    pub(crate) fn stopped(&self) -> CliError {
        CliError::Stopped(self.signals.received().unwrap_or(Signal::Interrupt))
    }

    /// Returns what an operation is watched and stopped through.
    pub(crate) fn control(&self) -> Control<'_> {
        Control::new(self.observer.as_ref(), self.signals.cancellation())
    }

    /// Says what can be done next, unless nobody wants to hear.
    pub(crate) fn advise(&self, hints: &[String]) {
        if !self.output.is_quiet() {
            print_hints(hints);
        }
    }

    /// Returns what has to be agreed to before keys are changed.
    pub(crate) fn consent(&self, expected: Option<u64>) -> Consent {
        Consent {
            given: self.given,
            expected,
            protected: self.settings.protected.clone(),
            signals: self.signals.clone(),
        }
    }
}
