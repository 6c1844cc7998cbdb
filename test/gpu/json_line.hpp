// One line of JSON: what every program of the suite says on stdout, for report.py to read.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

namespace ghee::gpu {

/// `text` as a JSON string, quotes included.
inline std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (char const c : text)
    {
        auto const code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (code < 0x20)
        {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", code);
            out += escape;
        }
        else
            out += c;
    }
    return out + '"';
}

class JsonLine
{
  public:
    JsonLine& put(std::string_view key, std::string_view value) { return raw(key, quoted(value)); }
    JsonLine& put(std::string_view key, char const* value) { return put(key, std::string_view(value)); }
    /// What is not finite is null: JSON has no word for it.
    JsonLine& put(std::string_view key, double value)
    {
        char text[40] = "null";
        if (std::isfinite(value))
            std::snprintf(text, sizeof text, "%.9g", value);
        return raw(key, text);
    }
    JsonLine& put(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    template<class Integer>
        requires std::is_integral_v<Integer>
    JsonLine& put(std::string_view key, Integer value)
    {
        return raw(key, std::to_string(value));
    }
    /// A list of numbers or of words.
    template<class List>
    JsonLine& list(std::string_view key, List const& values)
    {
        std::string text = "[";
        for (auto const& value : values)
        {
            text += text.size() > 1 ? ", " : "";
            if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>)
                text += std::to_string(value);
            else
                text += gpu::quoted(value);
        }
        return raw(key, text + "]");
    }
    JsonLine& raw(std::string_view key, std::string_view json)
    {
        text_ += (text_.empty() ? "{" : ", ") + quoted(key) + ": " + std::string(json);
        return *this;
    }
    [[nodiscard]] std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }
    /// Prints it at once, so that a program that is stopped has said all that it knows.
    void print() const
    {
        std::printf("%s\n", text().c_str());
        std::fflush(stdout);
    }

  private:
    std::string text_;
};

}  // namespace ghee::gpu
