//! Fetches values of several primaries, in the order in which they were asked for.

use std::collections::VecDeque;

use crate::{
    migrate::{Error, plan::explain},
    server::deployment::Deployment,
    steps::{
        throttle::Throttle,
        value_fetch::{Fetched, ValueFetch},
    },
};

/// Fetches values of several primaries, in the order in which they were asked for.
#[derive(Debug)]
pub(in crate::migrate) struct Fetching<'a> {
    deployment: &'a Deployment,
    fetches: Vec<ValueFetch<'a>>,
    /// Which primary each batch on its way is from.
    order: VecDeque<usize>,
    waiting: VecDeque<Vec<u8>>,
}

impl<'a> Fetching<'a> {
    pub(in crate::migrate) async fn start(
        deployment: &'a Deployment,
        throttle: &'a Throttle,
    ) -> Result<Self, Error> {
        let mut fetches = Vec::new();
        for node in deployment.primaries() {
            fetches.push(ValueFetch::start(node, throttle).await.map_err(explain)?);
        }
        Ok(Self { deployment, fetches, order: VecDeque::new(), waiting: VecDeque::new() })
    }

    /// Asks for a value, as soon as there is room for it.
    pub(in crate::migrate) fn want(&mut self, key: Vec<u8>) {
        self.waiting.push_back(key);
    }

    /// Returns values while some wait to be asked for; `None` when all are at least on their way.
    pub(in crate::migrate) async fn next(&mut self) -> Result<Option<Vec<Fetched>>, Error> {
        while let Some(key) = self.waiting.front() {
            let route = self.deployment.route(key);
            let fetch = self.fetches.get_mut(route).ok_or(Error::SlotsMoved)?;
            let room = fetch.room();
            if room == 0 {
                return self.oldest().await;
            }
            let same = |key: &&Vec<u8>| self.deployment.route(key) == route;
            let count = self.waiting.iter().take(room).take_while(same).count();
            fetch.ask(self.waiting.drain(..count).collect()).await;
            self.order.push_back(route);
        }
        Ok(None)
    }

    /// Returns what is still on its way, oldest first; `None` after the last.
    pub(in crate::migrate) async fn oldest(&mut self) -> Result<Option<Vec<Fetched>>, Error> {
        let Some(route) = self.order.pop_front() else {
            return Ok(None);
        };
        let fetch = self.fetches.get_mut(route).ok_or(Error::SlotsMoved)?;
        fetch.answers().await.map_err(explain)
    }
}
