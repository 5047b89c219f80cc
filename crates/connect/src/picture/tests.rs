use image::{ImageEncoder as _, Rgb, Rgba, RgbaImage, codecs::png::PngEncoder};

use super::*;

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) })
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn read_back(jpeg: &[u8]) -> RgbImage {
    assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
    image::load_from_memory(jpeg).unwrap().to_rgb8()
}

fn is_red(pixel: &Rgb<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[2] < 100
}

#[test]
fn every_kind_of_picture_becomes_a_jpeg_that_shows_the_same() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let drawn = draw(&file(&halves(64, 32).into(), format)).unwrap();
        assert_eq!((drawn.width, drawn.height), (64, 32), "{format:?}");
        let seen = read_back(&drawn.jpeg);
        assert!(is_red(seen.get_pixel(8, 16)) && !is_red(seen.get_pixel(56, 16)), "{format:?}");
    }
}

#[test]
fn what_shows_through_is_white() {
    let clear = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
    let seen = read_back(&draw(&file(&clear.into(), ImageFormat::Png)).unwrap().jpeg);
    assert!(seen.pixels().all(|pixel| pixel.0.iter().all(|one| *one > 250)));
}

#[test]
fn large_pictures_are_kept_smaller_and_nothing_can_be_read_in_the_blurred_one() {
    // A checkerboard of letters' width: in what is blurred nothing is left of it.
    let fine =
        RgbImage::from_fn(4_000, 1_000, |x, y| if (x / 20 + y / 20) % 2 == 0 { Rgb([0; 3]) } else { Rgb([255; 3]) });
    let drawn = draw(&file(&fine.into(), ImageFormat::Png)).unwrap();
    assert_eq!((drawn.width, drawn.height), (2_048, 512));
    let blurred = read_back(&drawn.blurred);
    assert_eq!(blurred.dimensions(), (240, 60));
    let (dark, light) =
        blurred.pixels().fold((255, 0), |(dark, light), pixel| (dark.min(pixel.0[0]), light.max(pixel.0[0])));
    assert!(light - dark < 40, "{dark}…{light}");
    assert!(drawn.blurred.len() < 8_000, "{}", drawn.blurred.len());
}

/// A segment of a JPEG file behind its first two bytes.
fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

/// EXIF that says "turned by 90°" and where the picture was taken (a GPS tag with a text that must not survive).
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0; 4]);
    tiff.extend(b"GPS 52.5200 N 13.4050 E, Ward 4B");
    tiff
}

#[test]
fn exif_and_everything_else_that_a_file_carries_stays_behind() {
    let plain = file(&halves(64, 32).into(), ImageFormat::Jpeg);
    let marked = with_segment(&with_segment(&plain, 0xE1, &exif(6)), 0xFE, b"taken by Anja Muster");
    let polyglot = [marked.as_slice(), b"<script>alert(1)</script>PK\x03\x04 ward.zip"].concat();
    let drawn = draw(&polyglot).unwrap();
    // Turned as the file asks, since what asked for it is gone.
    assert_eq!((drawn.width, drawn.height), (32, 64));
    let seen = read_back(&drawn.jpeg);
    assert!(is_red(seen.get_pixel(16, 8)) && !is_red(seen.get_pixel(16, 56)));
    for hidden in ["Exif", "GPS", "Anja", "script", "PK\x03\x04", "4B"] {
        for bytes in [&drawn.jpeg, &drawn.blurred] {
            assert!(!bytes.windows(hidden.len()).any(|part| part == hidden.as_bytes()), "{hidden}");
        }
    }
}

#[test]
fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let html = b"<!doctype html><img src=x onerror=alert(1)>";
    let png_head_on_html = [&b"\x89PNG\r\n\x1a\n"[..], html].concat();
    let gif_head_on_script = b"GIF89a/*\x00\x00*/=1;alert(1)//";
    let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0";
    let tiff = b"II*\0\x08\0\0\0\0\0";
    let mp4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
    let files: [&[u8]; 9] =
        [b"", svg, html, &png_head_on_html, gif_head_on_script, bmp, tiff, mp4, b"RIFF\xff\xff\xff\xffWEBPVP8 "];
    for bytes in files {
        let refused = draw(bytes);
        assert_eq!(
            refused,
            Err(NoPicture::NotAPicture),
            "{:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(16)])
        );
    }
}

/// A PNG that says it is so large, with hardly a byte behind it.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let sum = crc(&[kind.as_slice(), body].concat());
        [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], kind, body, &sum.to_be_bytes()].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", b"x\x9c"), &chunk(b"IEND", b"")].concat()
}

/// CRC-32 (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

#[test]
fn an_ocean_in_a_bottle_is_refused_before_it_is_poured() {
    for (width, height) in [(100_000, 100_000), (16_384, 16_384), (16_385, 1), (1, 4_000_000_000), (8_000, 8_000)] {
        assert_eq!(draw(&bomb(width, height)), Err(NoPicture::TooLarge), "{width} × {height}");
    }
    // Real pixels too: 49 million of one colour weigh little as a file and 196 MB in memory.
    let mut flat = Vec::new();
    let row = vec![0_u8; 7_000 * 7_000];
    PngEncoder::new(&mut flat).write_image(&row, 7_000, 7_000, image::ExtendedColorType::L8).unwrap();
    assert!(flat.len() < 1 << 20);
    assert!(draw(&flat).is_ok(), "49 million grey pixels take 49 MB");
    assert_eq!(draw(&vec![0; MOST_BYTES + 1]), Err(NoPicture::TooLarge));
}

#[test]
fn a_file_cut_off_or_damaged_anywhere_neither_crashes_nor_runs_on() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = file(&halves(40, 24).into(), format);
        for cut in 0..whole.len() {
            // Some decoders show what came so far; what is drawn then is a picture all the same.
            if let Ok(drawn) = draw(&whole[..cut]) {
                assert_eq!((drawn.width, drawn.height), (40, 24), "{format:?} cut at {cut}");
            }
            let mut damaged = whole.clone();
            damaged[cut] ^= 0x5A;
            if let Ok(drawn) = draw(&damaged) {
                assert!(drawn.width <= KEPT_EDGE && drawn.height <= KEPT_EDGE, "{format:?} damaged at {cut}");
            }
        }
        assert_eq!(draw(&whole[..8.min(whole.len())]), Err(NoPicture::NotAPicture), "{format:?}");
    }
}

#[tokio::test]
async fn of_a_picture_that_moves_the_first_frame_is_kept() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for colour in [[220, 10, 10, 255], [10, 10, 220, 255]] {
        encoder.encode_frame(image::Frame::new(RgbaImage::from_pixel(16, 16, Rgba(colour)))).unwrap();
    }
    drop(encoder);
    let drawn = redraw(bytes).await.unwrap();
    assert!(read_back(&drawn.jpeg).pixels().all(is_red));
}
