// Files are read whole: the largest (CIFAR-10's archive) is 170 MB, and a torn gzip stream must be seen before a row is used.
#include "data/file_bytes.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <sys/stat.h>
#include <zlib.h>

#include "base/error.hpp"

namespace ghee::data {

std::string read_file(std::filesystem::path const& file)
{
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const handle(std::fopen(file.c_str(), "rbe"), std::fclose);
    if (!handle)
        throw path_error(file.string() + ": cannot be opened", errno);
    struct stat facts{};
    if (fstat(fileno(handle.get()), &facts) != 0)
        throw Error(file.string() + ": cannot be read", errno_text(errno));
    // One byte more than the size tells the end without another call; what grows meanwhile is read all the same.
    std::string bytes;
    std::size_t filled = 0;
    bytes.resize(static_cast<std::size_t>(facts.st_size) + 1);
    while (std::size_t const got = std::fread(bytes.data() + filled, 1, bytes.size() - filled, handle.get()))
    {
        filled += got;
        if (filled == bytes.size())
            bytes.resize(2 * bytes.size());
    }
    if (std::ferror(handle.get()))
        throw Error(file.string() + ": cannot be read", errno_text(errno));
    bytes.resize(filled);
    return bytes;
}

namespace {
bool begins_as_gzip(std::string_view bytes) { return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

/// zlib's state, ended whatever happens.
class Inflater
{
  public:
    Inflater()
    {
        if (inflateInit2(&stream, 15 + 16) != Z_OK)
            throw Error("zlib cannot start", stream.msg ? stream.msg : "out of memory");
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(Inflater const&) = delete;
    Inflater& operator=(Inflater const&) = delete;

    z_stream stream{};
};
}  // namespace

std::string unpack_gzip(std::string bytes, std::string const& name)
{
    if (!begins_as_gzip(bytes))
        return bytes;
    Inflater inflater;
    z_stream& stream = inflater.stream;
    std::string content;
    content.resize(bytes.size() * 4 + 64);
    std::size_t filled = 0;
    std::size_t taken = 0;
    auto const unpacked = [&] { return std::to_string(filled) + " bytes unpacked before it"; };
    while (true)
    {
        // zlib counts in 32 bits: hand out at most 1 GiB at a time.
        std::size_t const piece = std::size_t{1} << 30;
        if (filled == content.size())
            content.resize(2 * content.size());
        auto const in = static_cast<uInt>(std::min(bytes.size() - taken, piece));
        auto const out = static_cast<uInt>(std::min(content.size() - filled, piece));
        stream.next_in = reinterpret_cast<Bytef*>(bytes.data() + taken);
        stream.avail_in = in;
        stream.next_out = reinterpret_cast<Bytef*>(content.data() + filled);
        stream.avail_out = out;
        int const outcome = inflate(&stream, Z_NO_FLUSH);
        taken += in - stream.avail_in;
        filled += out - stream.avail_out;
        if (outcome == Z_STREAM_END)
        {
            std::string_view const rest = std::string_view(bytes).substr(taken);
            if (rest.empty())
                break;
            if (!begins_as_gzip(rest) || inflateReset(&stream) != Z_OK)
                throw Error(name + ": something follows the end of the gzip data", std::to_string(rest.size()) + " bytes", "get the file again");
        }
        else if (outcome == Z_BUF_ERROR || (outcome == Z_OK && taken == bytes.size() && stream.avail_out > 0))
            throw Error(name + ": the gzip data end too early", "torn file, " + unpacked(), "get the file again");
        else if (outcome != Z_OK)
            throw Error(name + ": the gzip data are damaged", (stream.msg ? stream.msg + std::string(", ") : "") + unpacked(), "get the file again");
    }
    content.resize(filled);
    return content;
}

std::string read_unpacked(std::filesystem::path const& file) { return unpack_gzip(read_file(file), file.string()); }

}  // namespace ghee::data
