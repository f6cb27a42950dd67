# Against the Docker Engine of this machine, one program at a time: they share its image cache and 2 cores.
flowyard_room_tests(integration_docker LIBS docker_test_support LABELS docker TIMEOUT 600
  SOURCES docker/attachments_test.cpp docker/container_create_test.cpp docker/container_life_test.cpp
          docker/container_logs_test.cpp docker/events_test.cpp docker/images_test.cpp)
set_tests_properties(integration_docker PROPERTIES RESOURCE_LOCK docker_engine)

# Against a scripted one, for what a real one does not do when asked.
flowyard_room_tests(integration_docker_scripted LIBS docker_test_support common_tls
  SOURCES docker/scripted_calls_test.cpp docker/scripted_streams_test.cpp docker/tls_engine_test.cpp)
