// CIFAR-10's binary layout.
#include "base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/images.hpp"

namespace ghee::data {

Images parse_cifar10(std::string const& content, std::string const& name)
{
    constexpr std::size_t pixels = 3 * 32 * 32;
    constexpr std::size_t record = 1 + pixels;
    if (content.empty() || content.size() % record != 0)
        throw Error(name + ": " + std::to_string(content.size()) + " bytes are no whole number of CIFAR-10 records",
                    "a record has " + std::to_string(record), "torn file? get it again");
    Images images;
    images.count = static_cast<std::int64_t>(content.size() / record);
    images.pixels = static_cast<int>(pixels);
    images.bytes.reserve(content.size());
    for (std::size_t at = 0; at < content.size(); at += record)
    {
        auto const label = static_cast<unsigned char>(content[at]);
        if (label > 9)
            throw Error(name + ": record " + std::to_string(at / record + 1) + " has label " + std::to_string(label), "CIFAR-10 has 0 to 9",
                        "not CIFAR-10's binary layout, or a damaged file");
        images.labels.push_back(label);
        images.bytes.append(content, at + 1, pixels);
    }
    return images;
}

Images read_cifar10(std::filesystem::path const& file) { return parse_cifar10(read_unpacked(file), file.string()); }

}  // namespace ghee::data
