// MNIST's IDX layout.
#include "base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/images.hpp"

namespace ghee::data {

IdxArray parse_idx(std::string content, std::string const& name)
{
    auto const byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(content[i])); };
    if (content.size() < 4 || byte(0) != 0 || byte(1) != 0)
        throw Error(name + ": not an IDX file", "it must begin with two zero bytes, a type and a number of dimensions");
    if (byte(2) != 0x08)
        throw Error(name + ": IDX type " + std::to_string(byte(2)) + " is not read", "only 8, unsigned bytes, is");
    std::size_t const dimensions = byte(3);
    std::size_t const header = 4 + 4 * dimensions;
    if (dimensions == 0 || content.size() < header)
        throw Error(name + ": the IDX header ends too early", std::to_string(content.size()) + " bytes, " + std::to_string(header) + " expected",
                    "get the file again");
    IdxArray array;
    // Sizes are 32 bits each: their product is watched so that a damaged header cannot wrap around to the right length.
    std::uint64_t values = 1;
    for (std::size_t d = 0; d < dimensions; ++d)
    {
        std::size_t const at = 4 + 4 * d;
        std::uint64_t const size = (byte(at) << 24) | (byte(at + 1) << 16) | (byte(at + 2) << 8) | byte(at + 3);
        if (__builtin_mul_overflow(values, size, &values))
            throw Error(name + ": the IDX header asks for more values than can be counted", {}, "get the file again");
        array.sizes.push_back(static_cast<std::int64_t>(size));
    }
    if (content.size() - header != values)
        throw Error(name + ": " + std::to_string(content.size() - header) + " values where the IDX header says " + std::to_string(values),
                    "torn file", "get the file again");
    array.values = std::move(content.erase(0, header));
    return array;
}

Images read_idx(std::filesystem::path const& images, std::filesystem::path const& labels)
{
    IdxArray pixels = parse_idx(read_unpacked(images), images.string());
    IdxArray const classes = parse_idx(read_unpacked(labels), labels.string());
    if (pixels.sizes.size() != 3)
        throw Error(images.string() + ": " + std::to_string(pixels.sizes.size()) + " dimensions", "images have 3: count, rows, columns");
    if (classes.sizes.size() != 1)
        throw Error(labels.string() + ": " + std::to_string(classes.sizes.size()) + " dimensions", "labels have 1");
    if (pixels.sizes[0] != classes.sizes[0])
        throw Error(labels.string() + ": " + std::to_string(classes.sizes[0]) + " labels for " + std::to_string(pixels.sizes[0]) + " images",
                    images.string() + " has another count", "take both files from one source");
    Images result;
    result.count = pixels.sizes[0];
    result.pixels = static_cast<int>(pixels.sizes[1] * pixels.sizes[2]);
    result.bytes = std::move(pixels.values);
    for (char const label : classes.values)
        result.labels.push_back(static_cast<unsigned char>(label));
    return result;
}

}  // namespace ghee::data
