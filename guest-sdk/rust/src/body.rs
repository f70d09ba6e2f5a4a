//! The iterable that an application returns.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::templates::Page;
use crate::{Error, Result};

/// Bytes per chunk of a [`reader`].
const BLOCK: u64 = 64 * 1024;

/// What an application may return: PEP 3333's iterable of byte strings.
///
/// Text, bytes, arrays and vectors of them, [`chunks`] of an iterator, a
/// [`reader`], a [`Page`], and a [`Result`] of any of these. What is returned is dropped
/// when the response is finished or abandoned: [`Drop`] is PEP 3333's `close()`.
pub trait Body {
    /// Turns the value into what goes to the server.
    ///
    /// # Errors
    ///
    /// Whatever the application itself returned as an error.
    fn into_iterable(self) -> Result<Iterable>;
}

/// One chunk of a body, or an error in its place.
pub trait IntoChunk {
    /// Returns the bytes.
    ///
    /// # Errors
    ///
    /// The error that stands in the chunk's place.
    fn into_chunk(self) -> Result<Vec<u8>>;
}

/// The next chunk, none at the end.
type Next = dyn FnMut() -> Result<Option<Vec<u8>>>;

/// A body whose type no longer matters: what [`Body`] turns everything into.
pub struct Iterable(pub(crate) Kind);

pub(crate) enum Kind {
    /// One chunk, so that the server knows the length.
    Whole(Vec<u8>),
    /// Chunks, pulled as the client takes them.
    Chunks(Box<Next>),
    /// What the host renders.
    Page(Page),
}

impl Iterable {
    /// Returns a body of exactly one chunk, for which the server sets
    /// Content-Length.
    pub fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Kind::Whole(bytes.into()))
    }

    /// Returns the next chunk, as a middleware or a test pulls it.
    ///
    /// # Errors
    ///
    /// The application's error.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        match &mut self.0 {
            Kind::Chunks(next) => next(),
            Kind::Page(page) => Ok(page.read()?),
            Kind::Whole(_) => {
                let ended = Kind::Chunks(Box::new(|| Ok(None)));
                match std::mem::replace(&mut self.0, ended) {
                    Kind::Whole(bytes) => Ok(Some(bytes)),
                    Kind::Chunks(_) | Kind::Page(_) => Ok(None),
                }
            }
        }
    }
}

impl std::fmt::Debug for Iterable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => write!(formatter, "Iterable({} bytes)", bytes.len()),
            Kind::Chunks(_) => formatter.write_str("Iterable(chunks)"),
            Kind::Page(page) => write!(formatter, "Iterable({page:?})"),
        }
    }
}

/// Returns a body that pulls its chunks from an iterator, each when the client
/// can take it. An item may be a chunk or a `Result` of one.
///
/// ```
/// let countdown = wasgi::chunks((1..=3).rev().map(|n| format!("{n}\n")));
/// ```
pub fn chunks<I>(iterator: I) -> Iterable
where
    I: IntoIterator<IntoIter: 'static, Item: IntoChunk>,
{
    let mut iterator = iterator.into_iter();
    Iterable(Kind::Chunks(Box::new(move || {
        iterator.next().map(IntoChunk::into_chunk).transpose()
    })))
}

/// Returns a body that reads a file or any other reader from where it stands, in
/// blocks, as the client takes them: PEP 3333's `wsgi.file_wrapper`.
pub fn reader(mut source: impl Read + 'static) -> Iterable {
    Iterable(Kind::Chunks(Box::new(move || {
        loop {
            let mut block = Vec::new();
            match source.by_ref().take(BLOCK).read_to_end(&mut block) {
                Ok(0) => return Ok(None),
                Ok(_) => return Ok(Some(block)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    })))
}

/// Returns a body that calls `close` when it is finished or abandoned.
///
/// # Errors
///
/// Whatever the body itself is an error of; `close` is called then, too.
pub fn closing(body: impl Body, close: impl FnOnce() + 'static) -> Result<Iterable> {
    struct Guard<F: FnOnce()>(Option<F>);
    impl<F: FnOnce()> Drop for Guard<F> {
        fn drop(&mut self) {
            if let Some(close) = self.0.take() {
                close();
            }
        }
    }
    let guard = Guard(Some(close));
    let mut inner = body.into_iterable()?;
    Ok(Iterable(Kind::Chunks(Box::new(move || {
        let _held = &guard;
        inner.next_chunk()
    }))))
}

impl Body for Iterable {
    fn into_iterable(self) -> Result<Iterable> {
        Ok(self)
    }
}

impl<B: Body, E: Into<Error>> Body for Result<B, E> {
    fn into_iterable(self) -> Result<Iterable> {
        self.map_err(Into::into)?.into_iterable()
    }
}

/// No body at all.
impl Body for () {
    fn into_iterable(self) -> Result<Iterable> {
        Ok(Iterable::whole(Vec::new()))
    }
}

macro_rules! one_chunk {
    ($($type:ty),*) => {$(
        impl Body for $type {
            fn into_iterable(self) -> Result<Iterable> {
                Ok(Iterable::whole(self.into_chunk()?))
            }
        }

        impl IntoChunk for $type {
            fn into_chunk(self) -> Result<Vec<u8>> {
                Ok(self.into())
            }
        }
    )*};
}

one_chunk!(Vec<u8>, &'static [u8], String, &'static str);

impl Body for Cow<'static, str> {
    fn into_iterable(self) -> Result<Iterable> {
        Ok(Iterable::whole(self.into_chunk()?))
    }
}

impl IntoChunk for Cow<'static, str> {
    fn into_chunk(self) -> Result<Vec<u8>> {
        Ok(self.into_owned().into_bytes())
    }
}

impl<const N: usize> IntoChunk for &'static [u8; N] {
    fn into_chunk(self) -> Result<Vec<u8>> {
        Ok(self.to_vec())
    }
}

impl<const N: usize> Body for &'static [u8; N] {
    fn into_iterable(self) -> Result<Iterable> {
        Ok(Iterable::whole(self.to_vec()))
    }
}

impl<T: IntoChunk, E: Into<Error>> IntoChunk for Result<T, E> {
    fn into_chunk(self) -> Result<Vec<u8>> {
        self.map_err(Into::into)?.into_chunk()
    }
}

impl<T: IntoChunk + 'static> Body for Vec<T> {
    fn into_iterable(self) -> Result<Iterable> {
        several(self)
    }
}

impl<T: IntoChunk + 'static, const N: usize> Body for [T; N] {
    fn into_iterable(self) -> Result<Iterable> {
        several(self)
    }
}

/// A list of one element is a body whose length the server may know.
fn several<I>(list: I) -> Result<Iterable>
where
    I: IntoIterator<IntoIter: ExactSizeIterator + 'static, Item: IntoChunk>,
{
    let mut list = list.into_iter();
    match list.len() {
        1 => match list.next() {
            Some(chunk) => Ok(Iterable::whole(chunk.into_chunk()?)),
            None => ().into_iterable(),
        },
        _ => Ok(chunks(list)),
    }
}
