// Field by field between struct and JSON: one list of fields per struct serves both directions. For json_*.cpp only.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "record/names.hpp"

namespace ghee::json_fields {

template<class T>
concept Named = std::is_enum_v<T> && requires { Names<T>::names; };

inline nlohmann::json number(double value)
{
    return std::isfinite(value) ? nlohmann::json(value) : std::isnan(value) ? nlohmann::json(nullptr) : nlohmann::json(value > 0 ? "inf" : "-inf");
}
inline double number(nlohmann::json const& j)
{
    if (j.is_null())
        return std::numeric_limits<double>::quiet_NaN();
    if (j.is_string())
        return j.get<std::string>() == "inf" ? HUGE_VAL : -HUGE_VAL;
    return j.get<double>();
}

template<class T>
nlohmann::json write(T const& value)
{
    if constexpr (Named<T>)
        return name_of(value);
    else if constexpr (std::is_floating_point_v<T>)
        return number(value);
    else
        return value;
}
template<class Tag>
nlohmann::json write(Quantity<Tag> const& value)
{
    return number(value.value());
}
inline nlohmann::json write(Seconds const& value) { return number(value.count()); }
inline nlohmann::json write(Instant const& value) { return to_ns(value); }
template<class T>
nlohmann::json write(std::optional<T> const& value)
{
    return value ? write(*value) : nlohmann::json(nullptr);
}
template<class T>
nlohmann::json write(std::vector<T> const& values)
{
    auto array = nlohmann::json::array();
    for (T const& value : values)
        array.push_back(write(value));
    return array;
}

template<class T>
void read(nlohmann::json const& j, T& value)
{
    if constexpr (Named<T>)
        value = parse_name<T>(j.get<std::string>());
    else if constexpr (std::is_floating_point_v<T>)
        value = number(j);
    else
        j.get_to(value);
}
template<class Tag>
void read(nlohmann::json const& j, Quantity<Tag>& value)
{
    value = Quantity<Tag>(number(j));
}
inline void read(nlohmann::json const& j, Seconds& value) { value = Seconds(number(j)); }
inline void read(nlohmann::json const& j, Instant& value) { value = from_ns(j.get<std::int64_t>()); }
template<class T>
void read(nlohmann::json const& j, std::optional<T>& value)
{
    if (j.is_null())
        value.reset();
    else
        read(j, value.emplace());
}
template<class T>
void read(nlohmann::json const& j, std::vector<T>& values)
{
    values.clear();
    for (auto const& element : j)
        read(element, values.emplace_back());
}

/// Calls with (name, member) write into `json`.
struct Writer
{
    nlohmann::json& json;
    template<class T>
    void operator()(char const* name, T const& member) const
    {
        json[name] = write(member);
    }
    /// A member that is written only where it is not as usual: what knew nothing of it stays the same, text and hash.
    template<class T>
    void unusual(char const* name, T const& member, T const& usual) const
    {
        if (!(member == usual))
            (*this)(name, member);
    }
};
/// Calls with (name, member) fill the member where the key is present.
struct Reader
{
    nlohmann::json const& json;
    template<class T>
    void operator()(char const* name, T& member) const
    {
        if (auto const found = json.find(name); found != json.end())
            read(*found, member);
    }
    template<class T>
    void unusual(char const* name, T& member, T const&) const
    {
        (*this)(name, member);
    }
};

}  // namespace ghee::json_fields

/// Defines to_json and from_json of TYPE from one list of fields: `field("name", value.member);` lines.
#define GHEE_JSON_FIELDS(TYPE, ...)                                                                                                                  \
    namespace {                                                                                                                                      \
    template<class Value, class Field>                                                                                                               \
    void fields_of_##TYPE(Value& value, Field const& field)                                                                                          \
    {                                                                                                                                                \
        __VA_ARGS__                                                                                                                                  \
    }                                                                                                                                                \
    }                                                                                                                                                \
    void to_json(nlohmann::json& j, TYPE const& value)                                                                                               \
    {                                                                                                                                                \
        j = nlohmann::json::object();                                                                                                                \
        fields_of_##TYPE(value, json_fields::Writer{j});                                                                                             \
    }                                                                                                                                                \
    void from_json(nlohmann::json const& j, TYPE& value) { fields_of_##TYPE(value, json_fields::Reader{j}); }
