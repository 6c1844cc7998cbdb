// Files as tests need them: written, packed with gzip.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <zlib.h>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ghee::data::test {

inline std::string packed(std::string const& content)
{
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string bytes;
    bytes.resize(deflateBound(&stream, content.size()) + 32);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

inline void write(std::filesystem::path const& file, std::string const& content)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

/// The text of the Error that `action` throws. Any other exception fails the test by itself.
std::string error_of(auto&& action)
{
    try
    {
        action();
    }
    catch (Error const& error)
    {
        return error.what();
    }
    return "no error";
}

}  // namespace ghee::data::test
