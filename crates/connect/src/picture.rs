//! Pictures drawn anew: bytes that a stranger chose become pixels within bounds, and the pixels a JPEG of ours. Place and device
//! (EXIF), what hangs behind the picture, and whatever else a file can carry are left behind.

use std::io::Cursor;

use bedside_core::media::{NoPicture, Picture};
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
    metadata::Orientation,
};
use tokio::sync::Semaphore;

/// The most a file may weigh. Mastodon takes pictures of 16 MB and serves smaller ones; Bluesky takes 2 MB.
pub const MOST_BYTES: usize = 16 << 20;
/// The longest edge of a file's picture, in pixels.
const LONGEST_EDGE: u32 = 16_384;
/// The most memory that a file's pixels may take: 40 million of four bytes.
const MOST_DECODED_BYTES: u64 = 160 << 20;
/// The longest edge of what is kept: a page of print stays legible.
const KEPT_EDGE: u32 = 2_048;
const KEPT_QUALITY: u8 = 82;
/// So few squares across are left of a blurred picture that neither a face nor a letter is.
const SQUARES: u32 = 10;
const BLURRED_EDGE: u32 = 240;
const BLURRED_QUALITY: u8 = 60;

/// One picture at a time: what decoding may take of memory is taken once, however many channels bring pictures.
static DRAWING: Semaphore = Semaphore::const_new(1);

/// Draws a file's picture anew, on a thread of its own. Where it moves, its first frame.
///
/// # Errors
/// It is no PNG, JPEG, WebP or GIF, whatever it is called; it is broken; or it is larger than what is drawn.
pub async fn redraw(bytes: Vec<u8>) -> Result<Picture, NoPicture> {
    let Ok(_turn) = DRAWING.acquire().await else { return Err(NoPicture::NotAPicture) };
    let drawn = tokio::task::spawn_blocking(move || draw(&bytes)).await;
    // A decoder that panics on a hostile file is one more way of saying no.
    drawn.unwrap_or(Err(NoPicture::NotAPicture))
}

fn draw(bytes: &[u8]) -> Result<Picture, NoPicture> {
    if bytes.len() > MOST_BYTES {
        return Err(NoPicture::TooLarge);
    }
    let kept = within(decode(bytes)?, KEPT_EDGE);
    let kept = on_white(&kept);
    let blurred = blur(&kept);
    Ok(Picture {
        jpeg: encode(&kept, KEPT_QUALITY)?,
        blurred: encode(&blurred, BLURRED_QUALITY)?,
        width: kept.width(),
        height: kept.height(),
    })
}

/// The picture in a file, told by its content alone.
fn decode(bytes: &[u8]) -> Result<DynamicImage, NoPicture> {
    let format = image::guess_format(bytes).map_err(|_| NoPicture::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(NoPicture::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_EDGE);
    limits.max_image_height = Some(LONGEST_EDGE);
    limits.max_alloc = Some(MOST_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    // Before a single pixel is read: a small file may promise an ocean.
    if decoder.total_bytes() > MOST_DECODED_BYTES {
        return Err(NoPicture::TooLarge);
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    picture.apply_orientation(turned);
    if picture.width() == 0 || picture.height() == 0 { Err(NoPicture::NotAPicture) } else { Ok(picture) }
}

fn refusal(error: &ImageError) -> NoPicture {
    match error {
        ImageError::Limits(_) => NoPicture::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => NoPicture::NotAPicture,
    }
}

fn within(picture: DynamicImage, edge: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= edge { picture } else { picture.thumbnail(edge, edge) }
}

/// What shows through is white, as on paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let (width, height) = picture.dimensions();
    let seen = picture.to_rgba8();
    let pixels = seen.pixels().flat_map(|pixel| {
        let [r, g, b, alpha] = pixel.0.map(u16::from);
        [r, g, b].map(|one| u8::try_from((one * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX))
    });
    RgbImage::from_raw(width, height, pixels.collect()).unwrap_or_default()
}

/// A few squares of colour, smoothed. What is lost is lost: nothing of the picture lies in the file.
fn blur(picture: &RgbImage) -> RgbImage {
    let (width, height) = scaled(picture, SQUARES);
    let squares = imageops::thumbnail(picture, width, height);
    let (width, height) = scaled(picture, BLURRED_EDGE);
    imageops::resize(&squares, width, height, FilterType::CatmullRom)
}

/// The size of a picture whose longer edge is `edge`.
fn scaled(picture: &RgbImage, edge: u32) -> (u32, u32) {
    let (width, height) = picture.dimensions();
    let longer = width.max(height).max(1);
    let part = |one: u32| u32::try_from(u64::from(one) * u64::from(edge) / u64::from(longer)).unwrap_or(edge).max(1);
    (part(width), part(height))
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, NoPicture> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality).encode_image(picture).map_err(|_| NoPicture::NotAPicture)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
