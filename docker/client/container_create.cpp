// Creating a container: the allow-list turned into the Engine's JSON.
#include <nlohmann/json.hpp>

#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

using Json = nlohmann::json;

Json ulimits_of(const std::vector<Ulimit>& ulimits) {
  Json list = Json::array();
  for (const auto& limit : ulimits) {
    list.push_back({{"Name", limit.name}, {"Soft", limit.soft}, {"Hard", limit.hard}});
  }
  return list;
}

// As Mounts, not Binds: a Binds source that is missing is created, by root.
Json mounts_of(const std::vector<Mount>& mounts) {
  Json list = Json::array();
  for (const auto& mount : mounts) {
    list.push_back({{"Type", mount.kind == Mount::Kind::Bind ? "bind" : "volume"},
                    {"Source", mount.source},
                    {"Target", mount.target},
                    {"ReadOnly", mount.access == Mount::Access::ReadOnly}});
  }
  return list;
}

Json log_config_of(const LogConfig& log) {
  return {{"Type", "json-file"},
          {"Config", {{"max-size", log.max_size}, {"max-file", std::to_string(log.max_file)}}}};
}

Json host_config_of(const CreateContainer& options) {
  Json host = {{"NetworkMode", options.network_mode.empty() ? "default" : options.network_mode},
               {"ReadonlyRootfs", options.read_only_rootfs},
               {"Init", options.init},
               {"LogConfig", log_config_of(options.log_config)},
               {"RestartPolicy", {{"Name", "no"}}},
               {"AutoRemove", false}};
  if (!options.cap_drop.empty()) host["CapDrop"] = options.cap_drop;
  if (!options.security_opts.empty()) host["SecurityOpt"] = options.security_opts;
  if (!options.extra_hosts.empty()) host["ExtraHosts"] = options.extra_hosts;
  if (!options.tmpfs.empty()) host["Tmpfs"] = options.tmpfs;
  if (!options.ulimits.empty()) host["Ulimits"] = ulimits_of(options.ulimits);
  if (!options.mounts.empty()) host["Mounts"] = mounts_of(options.mounts);
  if (options.memory != 0) host["Memory"] = options.memory;
  if (options.memory_swap != 0) host["MemorySwap"] = options.memory_swap;
  if (options.nano_cpus != 0) host["NanoCpus"] = options.nano_cpus;
  if (options.pids_limit != 0) host["PidsLimit"] = options.pids_limit;
  return host;
}

Json endpoints_of(const std::map<std::string, NetworkAttachment>& networks) {
  Json endpoints = Json::object();
  for (const auto& [name, attachment] : networks) {
    endpoints[name] = attachment.aliases.empty() ? Json::object() : Json{{"Aliases", attachment.aliases}};
  }
  return {{"EndpointsConfig", std::move(endpoints)}};
}

std::string body_of(const CreateContainer& options) {
  Json body = {{"Image", options.image}, {"Tty", options.tty}, {"HostConfig", host_config_of(options)}};
  if (!options.entrypoint.empty()) body["Entrypoint"] = options.entrypoint;
  if (!options.command.empty()) body["Cmd"] = options.command;
  if (!options.env.empty()) body["Env"] = options.env;
  if (!options.working_dir.empty()) body["WorkingDir"] = options.working_dir;
  if (!options.user.empty()) body["User"] = options.user;
  if (!options.labels.empty()) body["Labels"] = options.labels;
  if (options.without_healthcheck) body["Healthcheck"] = {{"Test", {"NONE"}}};
  if (options.stop_timeout) body["StopTimeout"] = options.stop_timeout->count();
  if (!options.networks.empty()) body["NetworkingConfig"] = endpoints_of(options.networks);
  return body.dump();
}

}  // namespace

Task<CreatedContainer> Engine::create_container(CreateContainer options, Milliseconds limit) {
  Call call;
  call.asked = "create container " + options.name;
  call.method = http::Method::Post;
  call.path = "/containers/create";
  if (!options.name.empty()) call.query.add("name", options.name);
  call.body = body_of(options);
  call.content_type = "application/json";
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, asked);
  CreatedContainer created;
  created.id = fields::text(json, "Id");
  created.warnings = fields::texts(json, "Warnings");
  co_return created;
}

}  // namespace flowyard::docker
