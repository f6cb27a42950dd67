#include "controller/cli/client/registry_credentials.hpp"

#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "common/base/image_reference.hpp"
#include "common/base/whole_file.hpp"
#include "controller/cli/client/credential_helper.hpp"

namespace flowyard::controller::cli {
namespace {

// A helper may ask its user something.
constexpr Milliseconds kHelperLimit = std::chrono::seconds(60);

// Under what name a registry is kept. That of the default one comes from the first version of its API.
std::string key_of(const std::string& registry) {
  return registry == kDefaultRegistry ? "https://index." + registry + "/v1/" : registry;
}

// "https://registry.example.com/v2/" is kept for registry.example.com.
std::string host_of(std::string key) {
  if (const auto scheme = key.find("://"); scheme != std::string::npos) key.erase(0, scheme + 3);
  return key.substr(0, key.find('/'));
}

std::string text_in(const nlohmann::json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Secret as_header(const nlohmann::json& credentials) {
  std::string text = to_base64(credentials.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  for (auto& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return Secret(std::move(text));
}

// An entry of "auths": {"auth": base64 of user:password}, or {"identitytoken": ...} beside it.
Secret credentials_in(const nlohmann::json& entry, const std::string& key) {
  nlohmann::json credentials = {{"serveraddress", key}};
  for (const char* token : {"identitytoken", "registrytoken"}) {
    if (const auto text = text_in(entry, token); !text.empty()) credentials[token] = text;
  }
  std::string user = text_in(entry, "username"), password = text_in(entry, "password");
  if (const auto auth = from_base64(text_in(entry, "auth")); auth && auth->find(':') != std::string::npos) {
    const auto colon = auth->find(':');
    user = auth->substr(0, colon);
    password = auth->substr(colon + 1);
    password.erase(password.find_last_not_of('\0') + 1);
  }
  if (!user.empty()) {
    credentials["username"] = user;
    credentials["password"] = password;
  }
  return credentials.size() > 1 ? as_header(credentials) : Secret();
}

Secret credentials_of(const HelperAnswer& answer, const std::string& key) {
  if (answer.secret.empty()) return {};
  if (answer.user == "<token>")
    return as_header({{"serveraddress", key}, {"identitytoken", answer.secret.reveal()}});
  return as_header({{"serveraddress", key}, {"username", answer.user}, {"password", answer.secret.reveal()}});
}

// The helper of that registry alone is stronger than that of all.
std::string helper_of(const nlohmann::json& config, const std::string& key, const std::string& registry) {
  const auto helpers = config.find("credHelpers");
  if (helpers != config.end()) {
    for (const auto& name : {key, registry}) {
      if (const auto helper = text_in(*helpers, name.c_str()); !helper.empty()) return helper;
    }
  }
  return text_in(config, "credsStore");
}

Secret credentials_in_file(const nlohmann::json& config, const std::string& key) {
  const auto auths = config.find("auths");
  if (auths == config.end() || !auths->is_object()) return {};
  if (const auto exact = auths->find(key); exact != auths->end()) return credentials_in(*exact, key);
  for (const auto& [name, entry] : auths->items()) {
    if (host_of(name) == host_of(key)) return credentials_in(entry, key);
  }
  return {};
}

std::string config_file(const CliEnvironment& environment) {
  const auto folder = environment_variable(environment, "DOCKER_CONFIG");
  if (!folder.empty()) return folder + "/config.json";
  const auto home = environment_variable(environment, "HOME");
  return home.empty() ? "" : home + "/.docker/config.json";
}

}  // namespace

RegistryCredentials credentials_for(const std::string& image, const CliEnvironment& environment) {
  const auto reference = parse_image_reference(image);
  const auto path = config_file(environment);
  if (!reference || path.empty()) return {};
  const auto text = read_file_if_there(path);
  if (!text) return {};
  const auto config = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return {.auth = {}, .trouble = path + " is not JSON"};
  const auto key = key_of(reference->registry);
  RegistryCredentials credentials;
  if (const auto helper = helper_of(config, key, reference->registry); !helper.empty()) {
    const auto answer = ask_helper(helper, key, kHelperLimit);
    if (answer) {
      credentials.auth = credentials_of(*answer, key);
    } else {
      credentials.trouble = answer.error().message;
    }
  }
  if (credentials.auth.empty()) credentials.auth = credentials_in_file(config, key);
  return credentials;
}

}  // namespace flowyard::controller::cli
