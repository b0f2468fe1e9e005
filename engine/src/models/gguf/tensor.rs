//! What a file says about its tensors: name, shape, number type and place.

/// How the numbers of a tensor are packed: `block` numbers in `bytes` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorType {
    /// The number of the type in the file format.
    pub code: u32,
    /// The name that people know it by.
    pub name: &'static str,
    /// Numbers in one block.
    pub block: u64,
    /// Bytes of one block.
    pub bytes: u64,
    /// Whether llama.cpp can multiply with a matrix of it; what it cannot, it computes with only
    /// between two steps, or not at all.
    pub computes: bool,
}

/// The number of 32-bit floats.
pub(super) const F32: u32 = 0;
/// The number of 32-bit integers.
pub(super) const I32: u32 = 26;

const fn matrix(code: u32, name: &'static str, block: u64, bytes: u64) -> TensorType {
    TensorType { code, name, block, bytes, computes: true }
}

const fn other(code: u32, name: &'static str, block: u64, bytes: u64) -> TensorType {
    TensorType { code, name, block, bytes, computes: false }
}

/// Every type that ggml 0.26 reads; the numbers that are missing were withdrawn.
const TYPES: [TensorType; 35] = [
    matrix(F32, "F32", 1, 4),
    matrix(1, "F16", 1, 2),
    matrix(2, "Q4_0", 32, 18),
    matrix(3, "Q4_1", 32, 20),
    matrix(6, "Q5_0", 32, 22),
    matrix(7, "Q5_1", 32, 24),
    matrix(8, "Q8_0", 32, 34),
    other(9, "Q8_1", 32, 36),
    matrix(10, "Q2_K", 256, 84),
    matrix(11, "Q3_K", 256, 110),
    matrix(12, "Q4_K", 256, 144),
    matrix(13, "Q5_K", 256, 176),
    matrix(14, "Q6_K", 256, 210),
    other(15, "Q8_K", 256, 292),
    matrix(16, "IQ2_XXS", 256, 66),
    matrix(17, "IQ2_XS", 256, 74),
    matrix(18, "IQ3_XXS", 256, 98),
    matrix(19, "IQ1_S", 256, 50),
    matrix(20, "IQ4_NL", 32, 18),
    matrix(21, "IQ3_S", 256, 110),
    matrix(22, "IQ2_S", 256, 82),
    matrix(23, "IQ4_XS", 256, 136),
    other(24, "I8", 1, 1),
    other(25, "I16", 1, 2),
    other(I32, "I32", 1, 4),
    other(27, "I64", 1, 8),
    other(28, "F64", 1, 8),
    matrix(29, "IQ1_M", 256, 56),
    matrix(30, "BF16", 1, 2),
    matrix(34, "TQ1_0", 256, 54),
    matrix(35, "TQ2_0", 256, 66),
    matrix(39, "MXFP4", 32, 17),
    matrix(40, "NVFP4", 64, 36),
    matrix(41, "Q1_0", 128, 18),
    matrix(42, "Q2_0", 64, 18),
];

impl TensorType {
    /// The type with this number; `None` if it is unknown or withdrawn.
    #[must_use]
    pub fn from_code(code: u32) -> Option<Self> {
        TYPES.iter().find(|known| known.code == code).copied()
    }
}

/// One tensor of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name, such as `blk.0.attn_q.weight`.
    pub name: String,
    /// Its extents; the first is the contiguous one. One to four, none of them 0.
    pub shape: Vec<u64>,
    /// How its numbers are packed.
    pub kind: TensorType,
    /// Where it begins, in bytes from the start of the data section of its part.
    pub offset: u64,
    /// Which file it lies in: 0, unless the model is split.
    pub part: usize,
}

impl Tensor {
    /// The number of its elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    /// Its size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.elements() / self.kind.block * self.kind.bytes
    }

    /// The number of the block (layer) that it belongs to, if it belongs to one.
    #[must_use]
    pub fn layer(&self) -> Option<u32> {
        self.name.strip_prefix("blk.")?.split_once('.')?.0.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_types_number_is_listed_once() {
        for (place, known) in TYPES.iter().enumerate() {
            assert!(TYPES[place + 1..].iter().all(|other| other.code != known.code), "{known:?}");
        }
    }

    #[test]
    fn withdrawn_types_are_unknown() {
        for code in [4, 5, 31, 32, 33, 36, 37, 38, 43, 999] {
            assert_eq!(TensorType::from_code(code), None);
        }
    }
}
