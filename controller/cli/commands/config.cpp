// config: the settings in force, and where each comes from.
#include <nlohmann/json.hpp>

#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/settings.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

struct ConfigOptions {
  Format format = Format::Table;
};

struct Held {
  std::string key, value, from;
};

// What a flag of every command says; empty for the flags of single commands, which are none of ours.
std::string said(const GlobalOptions& options, std::string_view flag) {
  if (flag == "--controller") return options.controller;
  if (flag == "--token") return options.token;
  if (flag == "--cacert") return options.cacert;
  if (flag == "--cert") return options.cert;
  if (flag == "--key") return options.key;
  if (flag == "--data") return options.data;
  if (flag == "--run-dir") return options.run_dir;
  return "";
}

std::string default_of(std::string_view key, const Here& here) {
  const auto folders = folders_of(here.global, here.environment);
  if (key == "controller") return "unix://" + folders.socket();
  if (key == "data") return folders.data;
  if (key == "run_dir") return folders.run;
  if (key == "fleet") return "docker";
  if (key == "log_level") return "info";
  if (key == "insecure") return "false";
  return "";
}

Held held(const Setting& setting, const Here& here) {
  Held held{.key = setting.key, .value = said(here.global, setting.flag), .from = setting.flag};
  if (held.value.empty()) {
    held.value = option_or_variable("", here.environment, setting.variable);
    held.from = setting.variable;
    const auto file = here.environment.set_by_file.find(setting.variable);
    if (file != here.environment.set_by_file.end()) held.from = to_string(file->second);
  }
  if (held.value.empty()) {
    held.value = default_of(setting.key, here);
    held.from = "default";
  } else if (setting.kind == Setting::Kind::Secret) {
    held.value = to_string(Secret(held.value));
  }
  return held;
}

int show_config(const ConfigOptions& options, const Here& here) {
  std::vector<Held> all;
  for (const auto& setting : settings()) all.push_back(held(setting, here));
  if (options.format == Format::Json) {
    nlohmann::ordered_json json = {{"files", here.environment.settings_read},
                                   {"settings", nlohmann::ordered_json::array()}};
    for (const auto& one : all)
      json["settings"].push_back({{"key", one.key}, {"value", one.value}, {"from", one.from}});
    here.terminal.data() << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                         << "\n";
    return Ok;
  }
  Table table({{"KEY"}, {"VALUE"}, {"FROM"}});
  for (const auto& one : all) table.add({one.key, one.value.empty() ? "-" : one.value, one.from});
  if (options.format == Format::Csv) {
    table.print_csv(here.terminal.out());
  } else {
    table.print(here.terminal);
  }
  return Ok;
}

}  // namespace

void define_config(Command& program) {
  auto options = std::make_shared<ConfigOptions>();
  auto command = program.add("config", "show which settings hold, and who says so");
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard config\n"
      "  flowyard config -o json\n\n"
      "Settings stand in $XDG_CONFIG_HOME/flowyard/config.yaml (or ~/.config/flowyard/config.yaml) and in\n"
      "/etc/flowyard/config.yaml, or in the one file that --config or FLOWYARD_CONFIG names:\n\n"
      "  controller: https://yard.example:7700\n"
      "  cacert: yard-ca.pem        # from where this file is\n\n"
      "A flag is stronger than a variable, a variable than a file, the user's file than the machine's.");
  command.runs_here([options](Here& here) { return show_config(*options, here); });
}

}  // namespace flowyard::controller::cli
