// JSON Schemas of tools, written short.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp {

using protocol::Json;

Json text(const std::string& description);
Json number(const std::string& description);
Json flag(const std::string& description);
Json word(std::initializer_list<const char*> words, const std::string& description);
Json whole(double least, double most, const std::string& description);
// One of these types ("string", "null"), as several forms, since not every reader knows lists of types.
Json either(std::initializer_list<const char*> types, const std::string& description);
Json list_of(Json items, const std::string& description);

using Members = std::initializer_list<std::pair<const char*, Json>>;

// What a tool takes: nothing else is allowed.
Json arguments(Members members, std::initializer_list<const char*> required = {});
// What a tool gives: the members that can be relied on; there may be more.
Json answer(Members members, std::initializer_list<const char*> required = {});

// Arguments that many tools have.
Json which_experiment();
Json which_worker();
Json which_subject();  // one of both

}  // namespace flowyard::controller::mcp
