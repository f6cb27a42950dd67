#include "controller/rest/submission.hpp"

#include <functional>

#include "common/base/base64.hpp"
#include "common/base/suggest.hpp"
#include "controller/rest/described_json.hpp"

namespace flowyard::controller::rest {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw ErrorException(invalid(std::move(message)));
}

using Setter = std::function<void(const Json&)>;

// Calls the setter of each member; a member without one is an error. `where` names the object: "options".
void read_strictly(const Json& json, const std::string& where,
                   const std::vector<std::pair<std::string, Setter>>& members) {
  if (!json.is_object()) refuse(where + " must be an object");
  for (const auto& [key, value] : json.items()) {
    std::vector<std::string> known;
    const Setter* setter = nullptr;
    for (const auto& [name, set] : members) {
      known.push_back(name);
      if (name == key) setter = &set;
    }
    if (!setter) refuse("unknown member '" + key + "' in " + where + suggestion(key, known));
    if (!value.is_null()) (*setter)(value);
  }
}

Setter text_into(std::string& into, const char* name) {
  return [&into, name](const Json& value) {
    if (!value.is_string()) refuse(std::string(name) + " must be a string");
    into = value.get<std::string>();
  };
}

Setter base64_into(std::string& into) {
  return [&into](const Json& value) {
    if (!value.is_string()) refuse("content_base64 must be base64");
    auto bytes = from_base64(value.get_ref<const std::string&>());
    if (!bytes) refuse("content_base64 must be base64");
    into = std::move(*bytes);
  };
}

experiment::BundleFile file_from(const Json& json) {
  experiment::BundleFile file;
  read_strictly(json, "a file",
                {{"path", text_into(file.path, "path")},
                 {"content", text_into(file.content, "content")},
                 {"content_base64", base64_into(file.content)}});
  if (file.path.empty()) refuse("a file must have a path");
  return file;
}

experiment::IndexRange range_from(const Json& json) {
  experiment::IndexRange range{.first = 0, .count = 1};
  const auto whole = [](std::uint64_t& into, const char* name, std::uint64_t kLeast) {
    return [&into, name, kLeast](const Json& value) {
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() < kLeast)
        refuse(std::string(name) + " must be a whole number, at least " + std::to_string(kLeast));
      into = value.get<std::uint64_t>();
    };
  };
  read_strictly(json, "only",
                {{"first", whole(range.first, "first", 0)}, {"count", whole(range.count, "count", 1)}});
  if (!json.contains("first")) refuse("only must have 'first', the number of a scenario");
  return range;
}

experiment::SubmitOptions options_from(const Json& json) {
  experiment::SubmitOptions options;
  const auto seed = [&](const Json& value) {
    if (!value.is_number_unsigned()) refuse("seed must be a whole number that is not negative");
    options.seed = value.get<std::uint64_t>();
  };
  const auto workers = [&](const Json& value) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1 ||
        value.get<std::uint64_t>() > 1'000'000) {
      refuse("workers must be a whole number from 1 to 1000000");
    }
    options.workers = value.get<int>();
  };
  read_strictly(json, "options",
                {{"name", text_into(options.name, "name")},
                 {"seed", seed},
                 {"isolation", text_into(options.isolation, "isolation")},
                 {"workers", workers},
                 {"only", [&](const Json& value) { options.only = range_from(value); }},
                 {"fleet", text_into(options.fleet, "fleet")}});
  return options;
}

Submission submission_from(const Json& json) {
  Submission submission;
  auto& bundle = submission.bundle;
  const auto files = [&](const Json& value) {
    if (!value.is_array()) refuse("files must be an array");
    for (const auto& file : value) bundle.files.push_back(file_from(file));
  };
  read_strictly(json, "the body",
                {{"file_name", text_into(bundle.file_name, "file_name")},
                 {"text", text_into(bundle.text, "text")},
                 {"files", files},
                 {"options", [&](const Json& value) { submission.options = options_from(value); }}});
  if (bundle.file_name.empty()) bundle.file_name = "experiment.yaml";
  if (!json.contains("text")) refuse("the body must have 'text', the text of the experiment file");
  return submission;
}

Json options_to(const experiment::SubmitOptions& options) {
  Json json = Json::object();
  if (!options.name.empty()) json["name"] = options.name;
  if (options.seed) json["seed"] = *options.seed;
  if (!options.isolation.empty()) json["isolation"] = options.isolation;
  if (options.workers) json["workers"] = *options.workers;
  if (options.only) json["only"] = Json{{"first", options.only->first}, {"count", options.only->count}};
  if (!options.fleet.empty()) json["fleet"] = options.fleet;
  return json;
}

}  // namespace

std::string to_json(const Submission& submission) {
  const auto& bundle = submission.bundle;
  Json files = Json::array();
  for (const auto& file : bundle.files) {
    Json one = {{"path", file.path}};
    if (is_utf8(file.content)) {
      one["content"] = file.content;
    } else {
      one["content_base64"] = to_base64(file.content);
    }
    files.push_back(std::move(one));
  }
  return dump(Json{{"file_name", bundle.file_name},
                   {"text", bundle.text},
                   {"files", std::move(files)},
                   {"options", options_to(submission.options)}});
}

Result<Submission> submission_from_json(std::string_view text) {
  try {
    return submission_from(Json::parse(text));
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

std::string to_json(const experiment::Submitted& submitted) {
  return described_text(submitted);
}

Result<experiment::Submitted> submitted_from_json(std::string_view text) {
  return read_described<experiment::Submitted>(text, "what was submitted");
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80         ? 1
                               : lead >> 5 == 0x06 ? 2
                               : lead >> 4 == 0x0E ? 3
                               : lead >> 3 == 0x1E ? 4
                                                   : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      point = point << 6 | (next & 0x3Fu);
    }
    // Overlong forms, surrogates and what is beyond Unicode are not UTF-8 either.
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

}  // namespace flowyard::controller::rest
