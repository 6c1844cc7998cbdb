// Names to backends, words to options.
#include "subjects.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "stand_in.hpp"

namespace ghee::gpu {

namespace {
std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        std::size_t const end = std::min(text.find(',', begin), text.size());
        if (end > begin)
            words.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}
}  // namespace

std::string Subject::name() const
{
    std::string const with = form == Form::automatic ? "" : "/" + std::string(name_of(form));
    return std::string(backend->name) + with + " " + std::string(name_of(precision));
}

mlp::TrainerSpec Subject::ask(mlp::TrainerSpec spec) const
{
    spec.precision = precision;
    spec.form = form;
    return spec;
}

std::vector<Subject> subjects(std::string_view backends, std::string_view precisions)
{
    std::vector<Subject> all;
    for (std::string const& word : split(backends))
    {
        std::size_t const slash = std::min(word.find('/'), word.size());
        std::string const name = word.substr(0, slash);
        Form const form = slash < word.size() ? parse_name<Form>(word.substr(slash + 1)) : Form::automatic;
        auto const is_it = [&](mlp::Backend const& one) { return one.name == name; };
        auto const known = mlp::backends(), made_up = stand_ins();
        auto const found = std::find_if(known.begin(), known.end(), is_it);
        auto const stand_in = std::find_if(made_up.begin(), made_up.end(), is_it);
        if (found == known.end() && stand_in == made_up.end())
            throw UsageError("there is no backend '" + name + "'", {}, "see ghee doctor for the list");
        for (std::string const& precision : split(precisions))
            all.push_back({found != known.end() ? &*found : &*stand_in, parse_name<Precision>(precision), form});
    }
    return all;
}

std::vector<int> numbers(std::string const& text)
{
    std::vector<int> all;
    for (char const* at = text.c_str(); *at != '\0';)
    {
        char* end = nullptr;
        long const number = std::strtol(at, &end, 10);
        if (end == at || number < 1 || number > 100'000 || (*end != ',' && *end != '\0'))
            throw UsageError("'" + text + "' are no numbers of replicas", {}, "say 132,264");
        all.push_back(static_cast<int>(number));
        at = *end == ',' ? end + 1 : end;
    }
    return all;
}

std::string CommandLine::value(std::string_view name, std::string_view otherwise)
{
    auto const found = std::find(words_.begin(), words_.end(), name);
    if (found == words_.end())
        return std::string(otherwise);
    if (found + 1 == words_.end())
        throw UsageError(std::string(name) + " needs a value");
    std::string const given = *(found + 1);
    words_.erase(found, found + 2);
    return given;
}

double CommandLine::number(std::string_view name, double otherwise)
{
    std::string const text = value(name, "");
    if (text.empty())
        return otherwise;
    char* end = nullptr;
    double const given = std::strtod(text.c_str(), &end);
    if (*end != '\0')
        throw UsageError("'" + text + "' is no number", {}, std::string(name) + " takes one");
    return given;
}

bool CommandLine::flag(std::string_view name)
{
    auto const found = std::find(words_.begin(), words_.end(), name);
    bool const there = found != words_.end();
    if (there)
        words_.erase(found);
    return there;
}

void CommandLine::finish() const
{
    if (!words_.empty())
        throw UsageError("unknown option '" + words_.front() + "'");
}

int guarded(char const* program, int (*body)(CommandLine&), int argc, char** argv)
{
    try
    {
        CommandLine line(argc, argv);
        return body(line);
    }
    catch (Error const& error)
    {
        std::fprintf(stderr, "%s: %s\n", program, error.what());
        return static_cast<int>(error.code());
    }
    catch (std::exception const& error)
    {
        std::fprintf(stderr, "%s: %s\n", program, error.what());
        return static_cast<int>(ExitCode::failed);
    }
}

}  // namespace ghee::gpu
