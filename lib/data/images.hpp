// Images and their labels as the two published binary layouts have them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ghee::data {

/// Bytes 0 .. 255 [image][pixel] and one label per image.
struct Images
{
    std::int64_t count = 0;
    int pixels = 0;
    std::string bytes;
    std::vector<double> labels;
};

/// An IDX file of unsigned bytes (MNIST's layout: two zero bytes, type 8, number of dimensions, big-endian sizes, values).
struct IdxArray
{
    std::vector<std::int64_t> sizes;
    std::string values;  ///< last dimension fastest
};

/// Throws Error naming the file when the header is not IDX, the type not unsigned byte, or the length not what the header says.
IdxArray parse_idx(std::string content, std::string const& name);

/// A pair of IDX files, gzip or plain. Throws Error also when they do not hold the same number of images and labels.
Images read_idx(std::filesystem::path const& images, std::filesystem::path const& labels);

/// CIFAR-10's binary layout, gzip or plain: records of one label byte 0 .. 9 and 3072 pixel bytes (red, green, blue planes).
/// Throws Error for a torn last record or a label above 9.
Images read_cifar10(std::filesystem::path const& file);
Images parse_cifar10(std::string const& content, std::string const& name);

}  // namespace ghee::data
