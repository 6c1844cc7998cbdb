// Writing and finding frames.
#include "campaign/frame.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>
#include <zlib.h>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::campaign {

namespace {
constexpr std::size_t crc_at = 20;

template<class Number>
void store(std::uint8_t* at, Number value)
{
    for (std::size_t i = 0; i < sizeof value; ++i)
        at[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
}
template<class Number>
Number load(std::uint8_t const* at)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        value |= std::uint64_t{at[i]} << (8 * i);
    return static_cast<Number>(value);
}

std::uint32_t checksum(std::uint8_t const* head, std::uint8_t const* payload, std::size_t length)
{
    uLong const over_head = crc32(0, head + frame_magic.size(), crc_at - frame_magic.size());
    return static_cast<std::uint32_t>(length == 0 ? over_head : crc32(over_head, payload, static_cast<uInt>(length)));
}
}  // namespace

std::vector<std::uint8_t> encode_frame(FrameKind kind, std::int64_t unix_ns, std::vector<std::uint8_t> const& payload)
{
    if (payload.size() > frame_payload_limit)
        throw Error("a record of " + std::to_string(payload.size()) + " bytes does not fit the ledger",
                    "at most " + std::to_string(frame_payload_limit), "sample the meters less often");
    std::vector<std::uint8_t> bytes(frame_head_bytes);
    std::memcpy(bytes.data(), frame_magic.data(), frame_magic.size());
    store(bytes.data() + 4, static_cast<std::uint16_t>(kind));
    store(bytes.data() + 8, static_cast<std::uint32_t>(payload.size()));
    store(bytes.data() + 12, unix_ns);
    store(bytes.data() + crc_at, checksum(bytes.data(), payload.data(), payload.size()));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

std::optional<std::int64_t> claimed_length(std::string_view bytes)
{
    if (!frame_magic.starts_with(bytes.substr(0, frame_magic.size())))
        return std::nullopt;
    if (bytes.size() < frame_head_bytes)
        return static_cast<std::int64_t>(frame_head_bytes);
    return static_cast<std::int64_t>(frame_head_bytes) + load<std::uint32_t>(reinterpret_cast<std::uint8_t const*>(bytes.data()) + 8);
}

std::size_t FrameReader::read_bytes(std::int64_t at, std::uint8_t* into, std::size_t count) const
{
    std::size_t done = 0;
    while (done < count)
    {
        ssize_t const got = pread(descriptor_, into + done, count - done, at + static_cast<std::int64_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw Error("cannot read " + name_, errno_text(errno));
        if (got == 0)
            break;  // shorter than it was a moment ago: its writer cut a torn frame
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::optional<Frame> FrameReader::read_at(std::int64_t at) const
{
    std::uint8_t head[frame_head_bytes];
    auto const head_bytes = static_cast<std::int64_t>(frame_head_bytes);
    if (size_ - at < head_bytes || read_bytes(at, head, frame_head_bytes) < frame_head_bytes ||
        std::memcmp(head, frame_magic.data(), frame_magic.size()) != 0)
        return std::nullopt;
    std::size_t const length = load<std::uint32_t>(head + 8);
    if (length > frame_payload_limit || static_cast<std::int64_t>(length) > size_ - at - head_bytes)
        return std::nullopt;
    Frame frame;
    frame.payload.resize(length);
    if (read_bytes(at + head_bytes, frame.payload.data(), length) < length ||
        load<std::uint32_t>(head + crc_at) != checksum(head, frame.payload.data(), length))
        return std::nullopt;
    frame.kind = static_cast<FrameKind>(load<std::uint16_t>(head + 4));
    frame.appended_unix_ns = load<std::int64_t>(head + 12);
    frame.begin = at;
    frame.end = at + head_bytes + static_cast<std::int64_t>(length);
    return frame;
}

std::int64_t FrameReader::find_magic(std::int64_t from) const
{
    std::vector<std::uint8_t> block(std::size_t{1} << 16);
    while (from < size_)
    {
        std::size_t const wanted = std::min(block.size(), static_cast<std::size_t>(size_ - from));
        std::size_t const got = read_bytes(from, block.data(), wanted);
        std::uint8_t const* const begin = block.data();
        std::uint8_t const* const end = begin + got;
        auto const* const found =
            std::search(begin, end, frame_magic.begin(), frame_magic.end(), [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
        if (found != end)
            return from + (found - begin);
        if (got < frame_magic.size())
            break;
        from += static_cast<std::int64_t>(got - frame_magic.size() + 1);  // a magic word may lie across two blocks
    }
    return size_;
}

std::optional<Frame> FrameReader::next()
{
    for (std::int64_t at = whole_; at < size_; at = find_magic(at + 1))
        if (auto frame = read_at(at))
        {
            damaged_ += at - whole_;
            whole_ = frame->end;
            return frame;
        }
    return std::nullopt;
}

}  // namespace ghee::campaign
