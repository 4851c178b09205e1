// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.launcher.Application;
import io.heddle.launcher.ApplicationBundle;
import io.heddle.launcher.ParticipantLauncher;
import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceId;
import io.heddle.pipeline.Decision;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;
import io.heddle.task.WorkflowYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The main job, before your eyes: a document store in containers, loaded, backed up and indexed,
 * while one container is killed and another added; then a verdict. Exit status 0 only if all of it
 * holds.
 */
public final class Demo implements AutoCloseable {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final ResourceId DB = ResourceId.of("DB");
  private static final int MAX_FAILOVER_MILLIS = 2_000;
  private static final int BACKUP_SECONDS = 3;

  private final DemoOptions options;
  private final Display display;
  private final long begun = System.nanoTime();
  private final DemoDirectory directory;
  private final EmbeddedZooKeeper zooKeeper;
  private final ZooKeeperStore store;
  private final RoutingTableProvider routing;
  private final LocalContainerProvider provider;
  private final Application application;
  private final int partitions;
  private final Map<String, byte[]> acknowledged = new ConcurrentSkipListMap<>();
  private final List<Writer> writers = new CopyOnWriteArrayList<>();
  private final List<Reader> readers = new CopyOnWriteArrayList<>();
  private final Verdict verdict = new Verdict();
  private volatile boolean closed;
  private volatile boolean concluded;

  private Demo(DemoOptions options, Display display) throws IOException {
    this.options = options;
    this.display = display;
    this.directory = DemoDirectory.create();
    ApplicationSpec spec = spec(options.containers());
    this.partitions = spec.resources().get(0).partitions();
    this.zooKeeper = EmbeddedZooKeeper.builder()
        .dataDirectory(directory.resolve("zookeeper"))
        .start();
    this.store = new ZooKeeperStore(zooKeeper.connectString());
    this.routing =
        RoutingTableProvider.builder(store, ThreadLoop::new, spec.name()).build();
    this.provider = LocalContainerProvider.builder(
            directory.resolve("containers"),
            ClusterAccess.of(spec.name(), zooKeeper.connectString()))
        .launcherClass(ParticipantLauncher.class.getName())
        .jvmOption("-XX:+UseSerialGC")
        .jvmOption("-XX:TieredStopAtLevel=1")
        .jvmOption("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .stopGrace(Duration.ofSeconds(2))
        .dieWithController()
        .build();
    this.application = new Application(
        ApplicationBundle.of(spec), store, provider, SESSION_TIMEOUT, new Narrator(display));
  }

  /** Tells of the decisions that a watcher wants to see. */
  private record Narrator(Display display) implements ControllerListener {
    @Override
    public void elected(long epoch) {
      display.event("the controller takes office, epoch " + epoch);
    }

    @Override
    public void performed(Decision decision) {
      boolean quiet = decision.why().equals("placed") || decision.why().startsWith("asked of");
      if (!quiet) {
        display.event(decision.entity() + ": " + decision.why());
      }
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ApplicationSpec spec(int containers) throws IOException {
    ApplicationSpec read =
        ApplicationSpecYaml.read("document-store.yaml", resource("document-store.yaml"));
    List<ServiceSpec> services = read.services().stream()
        .map(s -> s.service().equals(DB) ? s.withContainers(containers) : s)
        .toList();
    return new ApplicationSpec(
        read.name(),
        read.config(),
        read.packageUri(),
        com.google.common.collect.ImmutableList.copyOf(services),
        read.resources(),
        read.tasks());
  }

  /** Runs the demo. */
  public static void main(String[] args) throws Exception {
    DemoOptions options;
    try {
      options = DemoOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    // Java cannot tell whether its output is a terminal (from 22 on a console is always there).
    boolean terminal = "1".equals(System.getenv("HEDDLE_TERMINAL"));
    Display display = new Display(System.out, terminal ? Display.Mode.PICTURE : Display.Mode.LINES);
    Demo demo = new Demo(options, display);
    Runtime.getRuntime().addShutdownHook(new Thread(demo::end, "demo-stop"));
    boolean holds;
    try {
      holds = demo.run();
    } finally {
      demo.close();
    }
    System.exit(holds ? 0 : 1);
  }

  private boolean run() throws Exception {
    Thread painter = new Thread(this::paint, "demo-display");
    painter.setDaemon(true);
    painter.start();
    try {
      phases();
    } catch (TimeoutException | ExecutionException | IOException e) {
      verdict.fail("the demo came to its end", String.valueOf(e.getMessage()));
    }
    if (options.keep()) {
      // The picture is drawn over what is below it: the verdict comes when it is drawn no more.
      concluded = true;
      painter.join(Duration.ofSeconds(2).toMillis());
      conclude();
      display.print("Staying up until Ctrl-C; containers are below " + directory.path());
      new CountDownLatch(1).await();
    }
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    close();
    awaitGone(children);
    conclude();
    boolean holds = verdict.failures().isEmpty();
    if (holds) {
      removeDirectory();
    }
    return holds;
  }

  private void removeDirectory() {
    try {
      directory.remove();
    } catch (IOException e) {
      display.print("Not all of " + directory.path() + " could be removed: " + e);
    }
  }

  /** The last thing that the process does, however it ends. */
  private void end() {
    close();
    if (directory.exists()) {
      display.print("Logs, data and the index are left in " + directory.path());
    }
  }

  private void phases() throws Exception {
    start();
    load();
    verdict.figure("documents", acknowledged.size());
    for (int p = 0; p < partitions; p++) {
      writers.add(new Writer(p, partitions, routing, acknowledged));
      readers.add(new Reader(p, partitions, routing, acknowledged));
    }
    Set<String> beforeWorkflow = new TreeSet<>(acknowledged.keySet());
    Path backups = Files.createDirectories(directory.resolve("backups"));
    WorkflowHandle workflow = submit(backups);
    kill(backups);
    finish(workflow);
    long readBefore = reads();
    scale();
    long readMeanwhile = reads() - readBefore;
    writers.forEach(Writer::close);
    readers.forEach(Reader::close);
    readers.forEach(r ->
        r.failure().ifPresent(why -> verdict.fail("reader " + r.partition(), why)));
    verdict.figure("reads", reads());
    verdict.check(
        reads() + " reads meanwhile found the acknowledged content, " + readMeanwhile
            + " of them while partitions moved",
        readMeanwhile > 0,
        "nothing was read while partitions moved");
    writers.forEach(w ->
        w.failure().ifPresent(why -> verdict.fail("writer " + w.partition(), why)));
    verdict.figure("acknowledgedWrites", acknowledged.size());
    checkDocuments();
    checkIndex(backups, beforeWorkflow);
    checkTokens();
  }

  private long reads() {
    return readers.stream().mapToLong(Reader::reads).sum();
  }

  /** Prints the verdict as it stands, and writes the figures. */
  private void conclude() throws IOException {
    verdict.figure("zkWrites", zooKeeper.operations().writes());
    verdict.figure("wallMillis", millisSince(begun));
    Display.verdict(verdict.failures(), verdict.held()).forEach(display::print);
    display.print(
        verdict.failures().isEmpty()
            ? "Verdict: everything held."
            : "Verdict: NOT everything held.");
    if (options.summary().isPresent()) {
      Files.writeString(options.summary().get(), verdict.json());
    }
  }

  private void paint() {
    while (!closed && !concluded) {
      display.draw();
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private void start() throws Exception {
    application.start();
    get(routing.start());
    display.follow(routing::table);
    display.event(options.containers() + " DB and 2 ETL containers are wanted");
    await(
        "every replica serves",
        () -> inPlace() && routing.getInstances("ETL", 0).size() == 2);
    display.event("every partition has a MASTER and two SLAVEs");
    pictureOnce();
  }

  private void pictureOnce() {
    Display.picture(routing.table()).forEach(display::event);
  }

  private boolean inPlace() {
    for (int p = 0; p < partitions; p++) {
      if (routing.getInstances(RoutingViews.RESOURCE, p, "MASTER").size() != 1
          || routing.getInstances(RoutingViews.RESOURCE, p, "SLAVE").size() != 2) {
        return false;
      }
    }
    return true;
  }

  private void load() throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(options.input())) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    int skipped = 0;
    try (DocumentClient client = new DocumentClient(routing, "DB", DEADLINE)) {
      for (Path file : files) {
        String key = options.input().relativize(file).toString();
        Optional<byte[]> text = text(file);
        if (text.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > Document.MAX_KEY) {
          skipped++;
          continue;
        }
        long unused = client.put(key, text.get());
        acknowledged.put(key, text.get());
      }
    }
    display.event(acknowledged.size() + " documents of " + options.input() + " are loaded"
        + (skipped == 0 ? "" : "; " + skipped + " files are not text of at most 1 MiB"));
    verdict.check(
        "there is real input", !acknowledged.isEmpty(), "no text file below " + options.input());
  }

  private static Optional<byte[]> text(Path file) throws IOException {
    if (Files.size(file) > Document.MAX_CONTENT) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return Optional.of(bytes);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private WorkflowHandle submit(Path backups) throws Exception {
    // Long enough to be interrupted.
    String yaml = resource("backup-and-index.yaml")
        .replace("${directory}", backups.toString())
        .replace("${overSeconds}", String.valueOf(BACKUP_SECONDS));
    WorkflowHandle workflow =
        get(application.tasks().submit(WorkflowYaml.read("backup-and-index.yaml", yaml)));
    display.event("workflow " + workflow.name() + " is submitted");
    var unused = workflow.completion(display::workflow);
    return workflow;
  }

  private void kill(Path backups) throws Exception {
    Set<String> busy = new TreeSet<>();
    // One table for all that is asked: the next one may show a hand-over.
    List<RoutingTable> seen = new ArrayList<>();
    await("a backup runs beside a MASTER", () -> {
      RoutingTable now = routing.table();
      busy.clear();
      busy.addAll(busy(backups));
      seen.clear();
      seen.add(now);
      return masters(now).keySet().stream().anyMatch(busy::contains)
          && masters(now).values().stream().mapToInt(count -> count).sum() == partitions;
    });
    RoutingTable table = seen.get(0);
    String victim = masters(table).entrySet().stream()
        .filter(entry -> busy.contains(entry.getKey()))
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
    int partition = mastered(table, victim);
    Route master = table.getTopInstance(RoutingViews.RESOURCE, partition).orElseThrow();
    LiveInstance before = master.live();
    long staleToken = master.token();
    long killed = System.nanoTime();
    writers.forEach(writer -> {
      Route route =
          table.getTopInstance(RoutingViews.RESOURCE, writer.partition()).orElseThrow();
      boolean lost = route.instance().name().equals(victim);
      writer.mark(killed, lost ? route.token() : 0);
    });
    boolean sent =
        ProcessHandle.of(before.process()).map(ProcessHandle::destroyForcibly).orElse(false);
    verdict.check("container of " + victim + " was killed", sent, "the signal was not sent");
    display.event("SIGKILL to " + victim + ", with " + busy + " backing up");
    await(
        "every partition accepts writes",
        () -> writers.stream().allMatch(writer -> writer.acceptedAfterMark().isPresent()));
    long last = writers.stream()
        .mapToLong(w -> w.acceptedAfterMark().orElseThrow())
        .max()
        .orElseThrow();
    long failover = Duration.ofNanos(last - killed).toMillis();
    verdict.figure("failoverMillis", failover);
    verdict.check(
        "every partition accepted a write " + failover + " ms after the kill (session timeout "
            + SESSION_TIMEOUT.toSeconds() + " s)",
        failover <= MAX_FAILOVER_MILLIS,
        "more than " + MAX_FAILOVER_MILLIS + " ms");
    checkStale(partition, staleToken);
    await(
        "the replacement holds replicas",
        () -> inPlace()
            && live(victim)
                .filter(l -> !l.container().equals(before.container()))
                .isPresent()
            && holds(victim) > 0);
    verdict.check(
        "the replacement of " + victim + " holds " + holds(victim) + " replicas", true, "");
    pictureOnce();
  }

  /** Instances that have an unfinished backup. */
  private static Set<String> busy(Path backups) {
    Set<String> busy = new TreeSet<>();
    String[] files = backups.toFile().list((folder, name) -> name.endsWith(".tmp"));
    for (String name : Objects.requireNonNull(files)) {
      // partition-3.DB-1-1.tmp
      String attempt = name.substring(name.indexOf('.') + 1, name.length() - ".tmp".length());
      busy.add(attempt.substring(0, attempt.lastIndexOf('-')));
    }
    return busy;
  }

  private Map<String, Integer> masters(RoutingTable table) {
    Map<String, Integer> masters = new TreeMap<>();
    for (int p = 0; p < partitions; p++) {
      table
          .getTopInstance(RoutingViews.RESOURCE, p)
          .ifPresent(route -> masters.merge(route.instance().name(), 1, Integer::sum));
    }
    return masters;
  }

  private int mastered(RoutingTable table, String instance) {
    for (int p = 0; p < partitions; p++) {
      if (table
          .getTopInstance(RoutingViews.RESOURCE, p)
          .filter(route -> route.instance().name().equals(instance))
          .isPresent()) {
        return p;
      }
    }
    throw new IllegalStateException(instance + " is MASTER of nothing any more");
  }

  private Optional<LiveInstance> live(String instance) {
    return routing.getInstances("DB", 0).stream()
        .map(Route::live)
        .filter(live -> live.id().name().equals(instance))
        .findFirst();
  }

  private int holds(String instance) {
    int replicas = 0;
    for (int p = 0; p < partitions; p++) {
      if (routing.getInstances(RoutingViews.RESOURCE, p).stream()
          .anyMatch(route -> route.instance().name().equals(instance))) {
        replicas++;
      }
    }
    return replicas;
  }

  private void checkStale(int partition, long token) throws IOException, InterruptedException {
    String key = "stale-0";
    for (int i = 1; DocumentClient.partition(key, partitions) != partition; i++) {
      key = "stale-" + i;
    }
    try (DocumentClient client = new DocumentClient(routing, "DB", DEADLINE)) {
      boolean refused = client.isRefusedAsStale(key, new byte[] {'x'}, token);
      verdict.check("a write with a stale token was refused", refused, "it was accepted");
      verdict.check("the refused write left nothing", client.get(key).isEmpty(), "it is there");
    }
  }

  private void finish(WorkflowHandle workflow) throws InterruptedException, TimeoutException {
    WorkflowStatus status = workflow.await(DEADLINE);
    display.workflow(status);
    verdict.figure("workflowState", status.state().name());
    verdict.check(
        "the workflow completed",
        status.state() == WorkflowState.COMPLETED,
        status.state() + " " + status.info());
    int retried =
        status.jobs().values().stream().mapToInt(job -> job.lostAttempts()).sum();
    verdict.figure("tasksRetried", retried);
    verdict.check(retried + " interrupted tasks ran again", retried > 0, "none was interrupted");
  }

  private void scale() throws Exception {
    Map<Integer, Set<String>> before = placement();
    int wanted = options.containers() + 1;
    String added = "DB-" + options.containers();
    display.event("scaling from " + options.containers() + " to " + wanted + " DB containers");
    ServiceSpec unused = get(application.scale(DB, wanted));
    await(
        "the added container holds replicas",
        () -> inPlace() && holds(added) > 0 && evenMasters(wanted));
    int moved = 0;
    for (Map.Entry<Integer, Set<String>> entry : placement().entrySet()) {
      Set<String> now = new TreeSet<>(entry.getValue());
      now.removeAll(Objects.requireNonNull(before.get(entry.getKey())));
      moved += now.size();
    }
    verdict.figure("movedReplicas", moved);
    verdict.check(
        added + " holds " + holds(added) + " replicas; " + moved + " moved",
        moved > 0,
        "none moved");
    verdict.check("every partition has one MASTER", inPlace(), routing.table().toString());
    pictureOnce();
  }

  private boolean evenMasters(int instances) {
    int most = (partitions + instances - 1) / instances;
    return masters(routing.table()).values().stream().allMatch(count -> count <= most);
  }

  private Map<Integer, Set<String>> placement() {
    Map<Integer, Set<String>> placement = new TreeMap<>();
    for (int p = 0; p < partitions; p++) {
      Set<String> holders = new TreeSet<>();
      routing
          .getInstances(RoutingViews.RESOURCE, p)
          .forEach(r -> holders.add(r.instance().name()));
      placement.put(p, holders);
    }
    return placement;
  }

  private void checkDocuments() throws IOException, InterruptedException {
    int lost = 0;
    try (DocumentClient client = new DocumentClient(routing, "DB", DEADLINE)) {
      for (Map.Entry<String, byte[]> document : acknowledged.entrySet()) {
        boolean same = client
            .get(document.getKey())
            .filter(content -> java.util.Arrays.equals(content, document.getValue()))
            .isPresent();
        lost += same ? 0 : 1;
      }
    }
    verdict.figure("lostWrites", lost);
    verdict.check(
        acknowledged.size() + " acknowledged documents are readable with their content",
        lost == 0,
        lost + " are lost");
  }

  /** The index, against one that is computed here from what was put, of the documents backed up. */
  private void checkIndex(Path backups, Set<String> mustBeThere) throws IOException {
    WordIndex expected = new WordIndex();
    Set<String> backedUp = new TreeSet<>();
    boolean contentsEqual = true;
    for (int p = 0; p < partitions; p++) {
      for (Document document : BackupFile.read(backups, p)) {
        byte[] put = acknowledged.getOrDefault(document.key(), document.content());
        contentsEqual &= java.util.Arrays.equals(put, document.content());
        backedUp.add(document.key());
        expected.add(put);
      }
    }
    WordIndex found = new WordIndex();
    for (int shard = 0; shard < 2; shard++) {
      found.add(WordIndex.read(EtlService.index(backups, shard)));
    }
    verdict.check(
        "the index of " + found.counts().size() + " words equals one computed directly",
        found.counts().equals(expected.counts()) && contentsEqual,
        "it differs");
    verdict.check(
        backedUp.size() + " documents are backed up, all that were there before among them",
        backedUp.containsAll(mustBeThere),
        "some are missing");
    Path report = options.report();
    found.write(report);
    verdict.check(
        "the report can be read", WordIndex.read(report).counts().equals(found.counts()), "not so");
    display.event("the most frequent of " + found.counts().size() + " words: "
        + String.join(", ", found.mostFrequent(5)) + "; all of them are in " + report);
  }

  /** Tokens of each replica and each log, on disk, of containers past and present. */
  private void checkTokens() throws IOException {
    int files = 0;
    boolean down = false;
    List<Path> paths;
    try (Stream<Path> all = Files.walk(directory.resolve("containers"))) {
      paths = all.filter(Files::isRegularFile).toList();
    }
    for (Path path : paths) {
      List<Long> tokens = new ArrayList<>();
      if (path.endsWith(TokenFile.NAME)) {
        tokens.addAll(TokenFile.read(path));
      } else if (path.endsWith(PartitionStorage.LOG)) {
        PartitionStorage.versions(path).forEach(version -> tokens.add(version.token()));
      } else {
        continue;
      }
      files++;
      for (int i = 1; i < tokens.size(); i++) {
        down |= tokens.get(i) < tokens.get(i - 1);
      }
    }
    verdict.check(
        "tokens accepted never went down, in " + files + " files of the store",
        files > 0 && !down,
        "they did");
  }

  private void awaitGone(List<ProcessHandle> children) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (children.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    long left = children.stream().filter(ProcessHandle::isAlive).count();
    verdict.check("no child process is left of " + children.size(), left == 0, left + " are");
  }

  private static <T> T get(java.util.concurrent.CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  private void await(String what, BooleanSupplier condition) throws TimeoutException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("not within " + DEADLINE + ": " + what + "; " + routing.table());
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  /** Ends everything, the containers first. To call it again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    writers.forEach(Writer::close);
    readers.forEach(Reader::close);
    routing.close();
    // Without a controller nobody replaces what is stopped, and participants need not hand over.
    application.close();
    for (ContainerId left : provider.closeAndStopAll()) {
      System.err.println("Container " + left + " could not be stopped");
    }
    store.close();
    zooKeeper.close();
  }
}
