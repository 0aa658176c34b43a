//! Writes the values that are kept.

use tokio::sync::mpsc;

use super::{Fetching, Kept, Sampler, origin};
use crate::{
    migrate::{
        Error,
        blocking::blocking,
        options::Pacing,
        plan::explain,
        plan_file::{Kind, Window},
        recognise::recognise,
        store::Course,
    },
    server::deployment::Deployment,
    steps::{
        blocking::begin,
        dialect,
        rdb_file::{Existing, RdbTarget},
        throttle::Throttle,
        value_fetch::Fetched,
        value_writer::ValueWriter,
    },
    vocabulary::{
        control::Control,
        progress::{Event, Phase},
    },
};

/// How many batches may wait to be written.
const WAITING: usize = 4;

/// Sees to it that the values which are to be kept are on disk.
pub(in crate::migrate) async fn ensure(
    deployment: &Deployment,
    course: &Course,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<Option<Kept>, Error> {
    let Some(mut kept) = Kept::read(&course.directory)? else {
        return Ok(None);
    };
    if kept.is_whole() {
        return Ok(Some(kept));
    }
    deployment.writable()?;
    // Without the state that says so, keys would have been renamed before their values were kept.
    if course.is_begun()? {
        return Err(Error::Damaged { path: course.directory.join(super::STATE) });
    }
    recognise(deployment, &course.plan)?;
    kept.began_at = Some(jiff::Timestamp::now().as_second());
    let (keys, target) = write(deployment, course, &kept, pacing, control).await?;
    kept.bytes = blocking(move || Ok(target.commit()?)).await?;
    kept.keys = Some(keys);
    kept.write(&course.directory)?;
    Ok(Some(kept))
}

async fn write(
    deployment: &Deployment,
    course: &Course,
    kept: &Kept,
    pacing: Pacing,
    control: &Control<'_>,
) -> Result<(u64, RdbTarget), Error> {
    let version = dialect::common_version(deployment).await.map_err(explain)?;
    // In a directory of ours it is an attempt of ours. Elsewhere the name was free when the migration
    // began, and nobody knows whose file has it now.
    let existing =
        if kept.is_inside(&course.directory) { Existing::Replace } else { Existing::Keep };
    let writer = ValueWriter::create(&kept.path, deployment, version, existing)?;
    let throttle = Throttle::start(deployment, pacing.limits()).await?;
    let database = u64::try_from(course.plan.manifest.db).unwrap_or_default();
    let (sender, receiver) = mpsc::channel(WAITING);
    let writing = begin(move || write_all(writer, database, receiver));
    let sampler = kept.sampled.then(|| Sampler::of(&course.plan));
    control.tell(Phase::Backup, Event::Started(Some(course.plan.manifest.planned())));
    let reading = Reading { course, control, throttle: &throttle, sampler, sender };
    let read = reading.all(deployment).await;
    drop(reading);
    control.tell(Phase::Backup, Event::Finished);
    // What the writer says comes first: without it the reader cannot go on.
    let written = writing.end().await??;
    read.map(|()| written)
}

fn write_all(
    mut writer: ValueWriter,
    database: u64,
    mut values: mpsc::Receiver<Vec<Fetched>>,
) -> Result<(u64, RdbTarget), Error> {
    let mut keys = 0;
    while let Some(fetched) = values.blocking_recv() {
        for Fetched { key, stored } in fetched {
            let Some(stored) = stored else { continue };
            let checked = writer.check(&stored)?;
            writer.write(database, &key, &checked)?;
            keys += 1;
        }
    }
    Ok((keys, writer.into_target()))
}

struct Reading<'a> {
    course: &'a Course,
    control: &'a Control<'a>,
    throttle: &'a Throttle,
    sampler: Option<Sampler>,
    sender: mpsc::Sender<Vec<Fetched>>,
}

impl Reading<'_> {
    async fn all(&self, deployment: &Deployment) -> Result<(), Error> {
        let mut fetching = Fetching::start(deployment, self.throttle).await?;
        let mut done = 0;
        for lane in 0..self.course.plan.manifest.lanes.len() {
            let mut reader = self.course.plan.lane(lane)?;
            let mut room = Window::default();
            loop {
                let (reading, window) = blocking(move || {
                    let window = reader.window(room)?;
                    Ok((reader, window))
                })
                .await?;
                reader = reading;
                let Some(window) = window else { break };
                self.want(lane, &window, &mut fetching);
                while let Some(fetched) = fetching.next().await? {
                    self.pass_on(fetched).await?;
                }
                done += window.len() as u64;
                self.control.tell(Phase::Backup, Event::Advanced(done));
                room = window;
            }
        }
        while let Some(fetched) = fetching.oldest().await? {
            self.pass_on(fetched).await?;
        }
        Ok(())
    }

    fn want(&self, lane: usize, window: &Window, fetching: &mut Fetching<'_>) {
        let nonce = &self.course.plan.manifest.nonce;
        for (number, operation) in (window.first..).zip(&window.operations) {
            let Some(from) = origin(window, operation, nonce) else { continue };
            if self.sampler.is_some_and(|sampler| !sampler.takes(lane, number)) {
                continue;
            }
            fetching.want(from.to_vec());
            // What is overwritten is lost otherwise.
            if operation.kind == Kind::Overwrite {
                fetching.want(window.to(operation).to_vec());
            }
        }
    }

    async fn pass_on(&self, fetched: Vec<Fetched>) -> Result<(), Error> {
        if self.control.is_cancelled() {
            return Err(Error::Stopped);
        }
        self.throttle.tell_changes(Phase::Backup, self.control);
        self.sender.send(fetched).await.map_err(|_| Error::Stopped)
    }
}
