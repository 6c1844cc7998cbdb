// {word} becomes a value, {{word}} becomes {word}, every other brace is the command's own.
#include "campaign/command.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "campaign/plan.hpp"
#include "config/section.hpp"

namespace ghee::campaign {

namespace {

constexpr std::array<std::string_view, 1> known_keys{"command"};
/// Known only when a task starts.
constexpr std::array<std::string_view, 4> task_words{"seed", "repeat", "run_id", "config_id"};

bool is_task_word(std::string_view word) { return std::find(task_words.begin(), task_words.end(), word) != task_words.end(); }

bool starts_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_word(char c) { return starts_word(c) || (c >= '0' && c <= '9'); }

/// Length of `{word}` at the front of `text`, braces included; 0 where there is none.
std::size_t placeholder_length(std::string_view text)
{
    if (text.size() < 3 || text[0] != '{' || !starts_word(text[1]))
        return 0;
    std::size_t end = 2;
    while (end < text.size() && in_word(text[end]))
        ++end;
    return end < text.size() && text[end] == '}' ? end + 1 : 0;
}

/// Walks through a text; `on_word` gives what stands for {word}, `on_escaped` what stands for {{word}}.
std::string rewrite(std::string_view text, std::function<std::string(std::string const&)> const& on_word,
                    std::function<std::string(std::string const&)> const& on_escaped)
{
    std::string result;
    while (!text.empty())
    {
        if (text.front() == '{')
        {
            std::size_t const inner = placeholder_length(text.substr(1));
            if (inner != 0 && inner + 1 < text.size() && text[inner + 1] == '}')
            {
                result += on_escaped(std::string(text.substr(2, inner - 2)));
                text.remove_prefix(inner + 2);
                continue;
            }
            if (std::size_t const length = placeholder_length(text))
            {
                result += on_word(std::string(text.substr(1, length - 2)));
                text.remove_prefix(length);
                continue;
            }
        }
        result += text.front();
        text.remove_prefix(1);
    }
    return result;
}

std::string braced(std::string const& word) { return "{" + word + "}"; }
std::string twice_braced(std::string const& word) { return "{{" + word + "}}"; }

/// A value that happens to hold {word} must come out as it is.
std::string escaped(std::string const& value)
{
    return rewrite(value, twice_braced, [](std::string const& word) { return "{" + twice_braced(word) + "}"; });
}

}  // namespace

Workload read_workload(std::string const& name, config::Value const& table)
{
    config::Section const section(table, known_keys);
    config::Value const* const command = section.find("command");
    if (!command)
        refuse(table, "'" + table.path + "' has no command", {}, "write command = [\"program\", \"argument\", ...]");
    if (!std::holds_alternative<config::List>(command->content))
        refuse(*command, "'" + command->path + "' is " + describe(*command), "must be a list: the program, then its arguments",
               "write command = [\"sh\", \"-c\", \"...\"] for a line of shell");
    Workload workload{name, config::as_texts(*command), command->place, {}};
    if (workload.command.front().empty())
        refuse(*command, "'" + command->path + "' has no program in front");
    for (std::string const& part : workload.command)
        rewrite(
            part,
            [&](std::string const& word)
            {
                if (!is_task_word(word))
                    workload.words.insert(word);
                return std::string();
            },
            [](std::string const&) { return std::string(); });
    return workload;
}

std::vector<std::string> fill_command(std::vector<std::string> const& command, std::map<std::string, std::string> const& values)
{
    std::vector<std::string> filled;
    for (std::string const& part : command)
        filled.push_back(rewrite(
            part,
            [&](std::string const& word)
            {
                auto const found = values.find(word);
                return found == values.end() ? braced(word) : escaped(found->second);
            },
            twice_braced));
    return filled;
}

std::vector<std::string> command_of(Task const& task)
{
    std::map<std::string, std::string> const values{
        {"seed", std::to_string(task.seed)}, {"repeat", std::to_string(task.repeat)}, {"run_id", task.run_id}, {"config_id", task.config_id}};
    std::vector<std::string> command;
    for (std::string const& part : task.configuration.command)
        command.push_back(rewrite(
            part,
            [&](std::string const& word)
            {
                auto const found = values.find(word);
                return found == values.end() ? braced(word) : found->second;
            },
            braced));
    return command;
}

}  // namespace ghee::campaign
