// Frames of the ledger: a magic word, kind, time, length and a checksum in front of each record (docs/reference/file-format.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghee::campaign {

enum class FrameKind : std::uint16_t { header = 1, session = 2, node = 3, run = 4, attempt = 5, stop = 6 };

/// Begins with a byte that no UTF-8 text holds.
inline constexpr std::string_view frame_magic{"\xFEGL1", 4};
inline constexpr std::size_t frame_head_bytes = 24;
/// Longer than any run: what claims more is damage.
inline constexpr std::size_t frame_payload_limit = std::size_t{1} << 30;

struct Frame
{
    FrameKind kind{};
    std::int64_t appended_unix_ns = 0;
    std::vector<std::uint8_t> payload;
    std::int64_t begin = 0, end = 0;  ///< bytes of the file
};

/// All integers little-endian: magic[4] kind[2] zero[2] length[4] time[8] crc32[4] payload[length];
/// the checksum (zlib's) is over kind to time and the payload.
std::vector<std::uint8_t> encode_frame(FrameKind, std::int64_t unix_ns, std::vector<std::uint8_t> const& payload);

/// Walks the whole frames of an open file up to `size` bytes; what is damaged is stepped over to the next whole frame.
class FrameReader
{
  public:
    FrameReader(int descriptor, std::int64_t size, std::string name) : descriptor_(descriptor), size_(size), name_(std::move(name)) {}

    /// Empty at the end. Throws Error when reading fails.
    std::optional<Frame> next();

    [[nodiscard]] std::int64_t whole_bytes() const { return whole_; }      ///< end of the last whole frame
    [[nodiscard]] std::int64_t damaged_bytes() const { return damaged_; }  ///< between whole frames, and before the first
    [[nodiscard]] std::int64_t size() const { return size_; }

  private:
    std::optional<Frame> read_at(std::int64_t at) const;
    std::int64_t find_magic(std::int64_t from) const;
    std::size_t read_bytes(std::int64_t at, std::uint8_t* into, std::size_t count) const;

    int descriptor_;
    std::int64_t size_;
    std::string name_;
    std::int64_t whole_ = 0;
    std::int64_t damaged_ = 0;
};

/// Length a frame's head claims at the start of `bytes`, head included; empty if it does not begin like a frame.
std::optional<std::int64_t> claimed_length(std::string_view bytes);

}  // namespace ghee::campaign
