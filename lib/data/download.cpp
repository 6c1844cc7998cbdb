// A download by libcurl.
#include "data/download.hpp"

#include <exception>
#include <memory>

// The protocol options by name need curl 7.85; clusters have older ones, and the numbers still work everywhere.
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

#include "base/error.hpp"

namespace ghee::data {

namespace {
struct Transfer
{
    std::string bytes;
    std::int64_t expected = 0;
    Progress const* progress = nullptr;
    std::exception_ptr failure;
};

std::size_t take(char* data, std::size_t one, std::size_t count, void* where)
{
    auto& transfer = *static_cast<Transfer*>(where);
    std::size_t const size = one * count;
    // An exception must not travel through C frames: it waits here until curl has returned.
    try
    {
        if (transfer.bytes.size() + size > static_cast<std::size_t>(transfer.expected))
            return 0;
        transfer.bytes.append(data, size);
        if (*transfer.progress)
            (*transfer.progress)(static_cast<std::int64_t>(transfer.bytes.size()), transfer.expected);
    }
    catch (...)
    {
        transfer.failure = std::current_exception();
        return 0;
    }
    return size;
}

/// libcurl is set up once per process, before its first use.
bool curl_is_up()
{
    static bool const up = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return up;
}

std::string describe(CURL* curl, CURLcode outcome, char const* detail)
{
    if (outcome == CURLE_HTTP_RETURNED_ERROR)
    {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return "the server answers " + std::to_string(status);
    }
    return *detail ? detail : curl_easy_strerror(outcome);
}
}  // namespace

std::string download(std::string const& address, std::int64_t expected, Progress const& progress)
{
    std::unique_ptr<CURL, void (*)(CURL*)> const handle(curl_is_up() ? curl_easy_init() : nullptr, curl_easy_cleanup);
    if (!handle)
        throw Error("libcurl cannot start");
    CURL* const curl = handle.get();
    char detail[CURL_ERROR_SIZE] = "";
    Transfer transfer{{}, expected, &progress, {}};
    bool const secure = address.starts_with("https:");
    curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, long{CURLPROTO_HTTPS | CURLPROTO_HTTP | CURLPROTO_FILE});
    // What was asked for with encryption is never answered without it.
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, secure ? long{CURLPROTO_HTTPS} : long{CURLPROTO_HTTPS | CURLPROTO_HTTP});
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "ghee");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    CURLcode const outcome = curl_easy_perform(curl);
    if (transfer.failure)
        std::rethrow_exception(transfer.failure);
    if (outcome == CURLE_WRITE_ERROR)
        throw Error(address + ": longer than the published file", std::to_string(expected) + " bytes were expected",
                    "take another source with --from");
    if (outcome != CURLE_OK)
        throw Error(address + ": cannot be downloaded", describe(curl, outcome, detail), "try again, or take another source with --from");
    return std::move(transfer.bytes);
}

std::string file_address(std::filesystem::path const& file)
{
    std::string address = "file://";
    for (char const c : std::filesystem::absolute(file).string())
    {
        bool const plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || std::string_view("/-._~").find(c) != std::string_view::npos;
        auto const byte = static_cast<unsigned char>(c);
        if (plain)
            address += c;
        else
            address += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
    return address;
}

}  // namespace ghee::data
