//! The program end to end: the real binary in a folder of its own, real servers, two people at the desk over HTTP. After
//! each test nothing private stands in what the program printed or in its data, and its log verifies.

mod desk;
mod house;
mod html;
mod import;
mod kill;
mod pause;
mod proof;
mod road;
mod tour;
