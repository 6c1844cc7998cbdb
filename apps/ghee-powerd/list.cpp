// Channels and absent sources for people and for programs.
#include "list.hpp"

#include <nlohmann/json.hpp>

#include "record/json.hpp"

namespace ghee::powerd {

void list_text(std::ostream& out, std::vector<power::Discovered> const& all)
{
    for (auto const& found : all)
    {
        if (!found.source)
        {
            out << found.name << ": absent: " << found.reason << "\n";
            continue;
        }
        out << found.name << ":\n";
        for (Channel const& channel : found.source->channels())
            out << "  " << (channel.primary ? "* " : "  ") << channel.name << "  " << name_of(channel.kind) << " of " << name_of(channel.scope)
                << ", every " << channel.period.count() << " s" << (channel.estimated ? ", estimated" : "") << "  (" << channel.detail << ")\n";
        for (auto const& note : found.notes)
            out << "    " << note << "\n";
    }
    out << "* primary: what a run is charged with\n";
}

void list_json(std::ostream& out, std::vector<power::Discovered> const& all)
{
    using Json = nlohmann::json;
    Json list{{"channels", Json::array()}, {"absent", Json::array()}, {"notes", Json::array()}};
    for (auto const& found : all)
    {
        if (!found.source)
            list["absent"].push_back({{"source", found.name}, {"reason", found.reason}});
        else
            for (Channel const& channel : found.source->channels())
                list["channels"].push_back(channel);
        for (auto const& note : found.notes)
            list["notes"].push_back({{"source", found.name}, {"note", note}});
    }
    out << list.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace ghee::powerd
