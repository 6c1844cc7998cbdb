// SHA-256 by OpenSSL.
#include "data/sha256.hpp"

#include <array>

#include <openssl/evp.h>

#include "base/error.hpp"

namespace ghee::data {

std::string sha256(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        throw Error("no SHA-256", "OpenSSL refuses it");
    std::string text;
    for (unsigned int i = 0; i < length; ++i)
    {
        text += "0123456789abcdef"[digest[i] >> 4];
        text += "0123456789abcdef"[digest[i] & 15];
    }
    return text;
}

}  // namespace ghee::data
