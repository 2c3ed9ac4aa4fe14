# The agent: docker build -f deploy/docker/agent.Dockerfile .
# Every command in here is an npm script, so that npm test runs what the image runs.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /empty
WORKDIR /app
COPY . .
RUN ["npm", "ci"]
RUN ["npm", "run", "build", "--", "agent"]
# What only building and testing need goes away again; dist stays.
RUN ["npm", "run", "deps:agent"]

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps/agent apps/agent
COPY --from=build /app/scripts scripts
# The spool's folder belongs to the user that writes it; a volume mounted here takes that over.
COPY --from=build --chown=1000:1000 /empty /var/lib/vibrissa-agent
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "scripts/healthcheck.mjs", "http://127.0.0.1:8082/healthz"]
CMD ["node", "--max-semi-space-size=2", "--heap-growing-percent=100", "apps/agent/dist/main.js"]
