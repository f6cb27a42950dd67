#include "controller/cli/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "common/base/suggest.hpp"
#include "common/base/whole_file.hpp"
#include "common/yaml/scalar.hpp"

namespace flowyard::controller::cli {
namespace {

using Kind = Setting::Kind;

constexpr Setting kSettings[] = {
    {"controller", "FLOWYARD_CONTROLLER", "--controller", Kind::Text, ""},
    {"token", "FLOWYARD_TOKEN", "--token", Kind::Secret, ""},
    {"cacert", "FLOWYARD_CACERT", "--cacert", Kind::Path, ""},
    {"cert", "FLOWYARD_CERT", "--cert", Kind::Path, ""},
    {"key", "FLOWYARD_KEY", "--key", Kind::Path, ""},
    {"data", "FLOWYARD_DATA", "--data", Kind::Path, ""},
    {"run_dir", "FLOWYARD_RUN_DIR", "--run-dir", Kind::Path, ""},
    {"listen", "FLOWYARD_LISTEN", "--listen", Kind::Text, ""},
    {"hosts", "FLOWYARD_HOSTS", "--host", Kind::Words, ""},
    {"tls_cert", "FLOWYARD_TLS_CERT", "--tls-cert", Kind::Path, ""},
    {"tls_key", "FLOWYARD_TLS_KEY", "--tls-key", Kind::Path, ""},
    {"tls_client_ca", "FLOWYARD_TLS_CLIENT_CA", "--tls-client-ca", Kind::Path, ""},
    {"insecure", "FLOWYARD_INSECURE", "--insecure", Kind::Flag, ""},
    {"fleet", "FLOWYARD_FLEET", "--fleet", Kind::Text, "docker process"},
    {"docker_host", "FLOWYARD_DOCKER_HOST", "--docker-host", Kind::Text, ""},
    {"max_workers", "FLOWYARD_MAX_WORKERS", "--max-workers", Kind::Text, ""},
    {"advertise", "FLOWYARD_ADVERTISE", "--advertise", Kind::Text, ""},
    {"images.allow", "FLOWYARD_IMAGES_ALLOW", "--images-allow", Kind::Words, ""},
    {"images.build", "FLOWYARD_IMAGES_BUILD", "--images-build", Kind::Text, "here always never"},
    {"idle_exit", "FLOWYARD_IDLE_EXIT", "--idle-exit", Kind::Text, ""},
    {"log_level", "FLOWYARD_LOG_LEVEL", "--log-level", Kind::Text, "debug info warning error"},
};

std::vector<std::string> words_in(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

// The text that the variable would have; adds what is wrong.
std::string value_of(const Setting& setting, const yaml::Node& node, const std::string& folder,
                     Errors& errors) {
  const auto expected = [&](const char* what) {
    errors.push_back(invalid(std::string(setting.key) + " must be " + what + ", not " + yaml::describe(node),
                             node.location));
    return std::string();
  };
  if (setting.kind == Kind::Words) {
    if (node.is_scalar()) return node.text;
    if (!node.is_sequence()) return expected("a list");
    std::string all;
    for (const auto& item : node.items) {
      if (!item.is_scalar()) return expected("a list of texts");
      all += (all.empty() ? "" : ",") + item.text;
    }
    return all;
  }
  if (setting.kind == Kind::Flag) {
    const auto value = yaml::boolean_of(node);
    return value ? (*value ? "true" : "false") : expected("true or false");
  }
  if (!node.is_scalar()) return expected("a text");
  const auto allowed = words_in(setting.words);
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), node.text) == allowed.end()) {
    errors.push_back(
        invalid(std::string(setting.key) + " cannot be '" + node.text + "'" + suggestion(node.text, allowed),
                node.location));
  }
  if (setting.kind != Kind::Path || node.text.empty() || node.text.front() == '/') return node.text;
  return folder + "/" + node.text;
}

// "images: {allow: ...}" is the setting "images.allow"; it may also be written so.
struct Given {
  std::string key;
  const yaml::Node& value;
  FileLocation location;
};

std::vector<Given> given_in(const yaml::Node& root) {
  std::vector<Given> all;
  for (const auto& entry : root.entries) {
    const bool is_group = entry.value.is_mapping() &&
                          std::any_of(std::begin(kSettings), std::end(kSettings), [&](const auto& one) {
                            return std::string_view(one.key).starts_with(entry.key + ".");
                          });
    if (!is_group) {
      all.push_back({entry.key, entry.value, entry.location});
      continue;
    }
    for (const auto& inner : entry.value.entries)
      all.push_back({entry.key + "." + inner.key, inner.value, inner.location});
  }
  return all;
}

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

std::vector<std::string> settings_files(const CliEnvironment& environment, const std::string& option) {
  const std::string named = option.empty() ? environment_variable(environment, "FLOWYARD_CONFIG") : option;
  if (!named.empty()) return {named};
  std::vector<std::string> files;
  const std::string base = environment_variable(environment, "XDG_CONFIG_HOME"),
                    home = environment_variable(environment, "HOME");
  if (base.starts_with('/')) {
    files.push_back(base + "/flowyard/config.yaml");
  } else if (!home.empty()) {
    files.push_back(home + "/.config/flowyard/config.yaml");
  }
  files.emplace_back("/etc/flowyard/config.yaml");
  return files;
}

Results<std::map<std::string, std::string>> read_settings(const std::string& path, std::string_view text,
                                                          std::map<std::string, FileLocation>& places) {
  const auto document = yaml::parse(path, text);
  Errors errors = document.problems;
  if (!document.readable) return errors;
  std::map<std::string, std::string> values;
  if (document.root.is_null() && errors.empty()) return values;
  if (!document.root.is_mapping()) {
    errors.push_back(invalid("expected settings, as in 'controller: https://yard.example:7700', not " +
                                 yaml::describe(document.root),
                             document.root.location));
    return errors;
  }
  std::vector<std::string> keys;
  for (const auto& setting : kSettings) keys.emplace_back(setting.key);
  const std::string folder = std::filesystem::absolute(path).parent_path();
  for (const auto& entry : given_in(document.root)) {
    const auto known = std::find_if(std::begin(kSettings), std::end(kSettings),
                                    [&](const Setting& setting) { return entry.key == setting.key; });
    if (known == std::end(kSettings)) {
      errors.push_back(invalid("there is no setting '" + entry.key + "'" + suggestion(entry.key, keys, 20),
                               entry.location));
      continue;
    }
    values[known->variable] = value_of(*known, entry.value, folder, errors);
    places[known->variable] = entry.location;
  }
  if (!errors.empty()) return errors;
  return values;
}

Results<void> add_settings(CliEnvironment& environment, const std::string& option) {
  const auto files = settings_files(environment, option);
  const bool by_name = !option.empty() || !environment_variable(environment, "FLOWYARD_CONFIG").empty();
  Errors errors;
  for (const auto& path : files) {
    const auto text = read_file_if_there(path);
    if (!text && by_name) errors.push_back(invalid("there is no file of settings " + path));
    if (!text) continue;
    environment.settings_read.push_back(path);
    std::map<std::string, FileLocation> places;
    auto values = read_settings(path, *text, places);
    if (!values) {
      const Errors wrong = values.error();
      errors.insert(errors.end(), wrong.begin(), wrong.end());
      continue;
    }
    for (auto& [name, value] : *values) {
      auto& held = environment.variables[name];
      if (!held.empty()) continue;
      held = std::move(value);
      environment.set_by_file[name] = places[name];
    }
  }
  if (!errors.empty()) return errors;
  return {};
}

Result<bool> is_set(const CliEnvironment& environment, const char* name) {
  const std::string value = environment_variable(environment, name);
  for (const char* yes : {"true", "1", "yes"}) {
    if (value == yes) return true;
  }
  for (const char* no : {"", "false", "0", "no"}) {
    if (value == no) return false;
  }
  return invalid(std::string(name) + " must be true or false, not '" + value + "'");
}

}  // namespace flowyard::controller::cli
