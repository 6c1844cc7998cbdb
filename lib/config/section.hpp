// A table that is read strictly: a key nobody knows is refused at once, with the one that was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace ghee::config {

class Section
{
  public:
    /// `table` outlives the section. Throws UsageError for a value that is no table and for a key outside `known`.
    Section(Value const& table, std::span<std::string_view const> known);
    /// A table that the file does not have: every key has its default.
    explicit Section(std::span<std::string_view const> known);

    /// The value of a key, null where it is not given. Precondition: `key` is among the known ones.
    [[nodiscard]] Value const* find(std::string_view key) const;

    // Each gives `fallback` where the key is not there, and throws UsageError for another type or a value out of bounds.
    [[nodiscard]] std::string text(std::string_view key, std::string const& fallback) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback, Bounds) const;
    [[nodiscard]] double number(std::string_view key, double fallback, Bounds) const;
    [[nodiscard]] bool flag(std::string_view key, bool fallback) const;
    /// One text or a list of texts.
    [[nodiscard]] std::vector<std::string> texts(std::string_view key, std::vector<std::string> const& fallback) const;

  private:
    Value const* table_ = nullptr;
    std::span<std::string_view const> known_;
};

/// Throws UsageError for a key of `table` outside `known`; `more` are further known keys.
void refuse_unknown_keys(Value const& table, std::span<std::string_view const> known, std::span<std::string const> more = {});

}  // namespace ghee::config
